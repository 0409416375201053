# Somebody took the first post away. The news is said all the same, under the last post,
# and where that is gone too, by itself.
secret token
reload channel "post" { driver = "mastodon"  url = "https://social.example"  token_file = "@DIR@/secret.txt"  hold_down = "0s" } route "posts" { channels = { "post" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
reply post 200 {"id":"100"}
at 10min
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"etr":{"at":<+2h>,"basis":"crew"}}
reply post 404 {"error":"Record not found"}
expect last post
expect asked post POST "/api/v1/statuses"
expect body post "in_reply_to_id=100"
reply post 404 {"error":"The post you are trying to reply to does not appear to exist."}
expect request post
expect no body post "in_reply_to_id"
expect body post "visibility=public"
reply post 200 {"id":"200"}
expect deliveries post delivered 2
expect channel post up
at 20min
event {"incident":"O-1","kind":"power","status":"restored","places":[{"name":"Lund"}],"ended_at":<+20min>}
expect request post
expect asked post PUT "/api/v1/statuses/100"
reply post 404 {"error":"Record not found"}
expect request post
expect body post "in_reply_to_id=100"
reply post 404 {"error":"Record not found"}
expect request post
expect body post "in_reply_to_id=200"
reply post 200 {"id":"201"}
expect deliveries post delivered 3
