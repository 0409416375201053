# The daemon dies when the first post is edited and the answer to it is not out: it is
# edited once more, which changes nothing, and then answered.
secret token
reload channel "post" { driver = "mastodon"  url = "https://social.example"  token_file = "@DIR@/secret.txt"  hold_down = "0s" } route "posts" { channels = { "post" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
reply post 200 {"id":"100"}
at 10min
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"etr":{"at":<+2h>,"basis":"crew"}}
reply post 200 {"id":"100"}
expect last post
expect asked post POST "/api/v1/statuses"
crash
at 20min
expect request post
expect asked post PUT "/api/v1/statuses/100"
reply post 200 {"id":"100"}
expect request post
expect asked post POST "/api/v1/statuses"
expect body post "in_reply_to_id=100"
reply post 200 {"id":"101"}
expect deliveries post delivered 2
expect none post
