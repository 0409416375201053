# Nothing can be written while a post and its thread are under way: what was begun goes on,
# and what came of it is noted when there is room, without anything being said twice.
secret token
reload channel "post" { driver = "mastodon"  url = "https://social.example"  token_file = "@DIR@/secret.txt"  hold_down = "0s" } route "posts" { channels = { "post" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
reply post 200 {"id":"100"}
at 10min
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"etr":{"at":<+2h>,"basis":"crew"}}
expect last post
expect asked post PUT "/api/v1/statuses/100"
disk full
reply post 200 {"id":"100"}
expect request post
expect asked post POST "/api/v1/statuses"
reply post 200 {"id":"101"}
expect deliveries post delivered 1
disk free
expect deliveries post delivered 2
at 40min
expect none post
