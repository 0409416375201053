# The first word is a post; what follows answers it, and the post says what is known now.
secret token
reload channel "post" { driver = "mastodon"  url = "https://social.example"  token_file = "@DIR@/secret.txt"  hold_down = "0s" } route "posts" { channels = { "post" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request post
expect asked post POST "https://social.example/api/v1/statuses"
expect body post "visibility=public"
expect no body post "in_reply_to_id"
expect body post "Lund"
reply post 200 {"id":"100","url":"https://social.example/@nat/100"}
expect deliveries post delivered 1
at 10min
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"etr":{"at":<+2h>,"basis":"crew"}}
expect request post
expect asked post PUT "/api/v1/statuses/100"
expect body post "16.05"
expect deliveries post in_flight 1
reply post 200 {"id":"100"}
expect request post
expect asked post POST "/api/v1/statuses"
expect body post "in_reply_to_id=100"
expect body post "visibility=unlisted"
reply post 200 {"id":"101"}
expect deliveries post delivered 2
at 20min
event {"incident":"O-1","kind":"power","status":"restored","places":[{"name":"Lund"}],"ended_at":<+20min>}
expect request post
expect asked post PUT "/api/v1/statuses/100"
reply post 200 {"id":"100"}
expect request post
expect body post "in_reply_to_id=100"
reply post 200 {"id":"102"}
expect deliveries post delivered 3
expect none post
