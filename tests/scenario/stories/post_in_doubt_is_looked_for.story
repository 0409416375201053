# No answer came, and then the server was away for hours: by then it has forgotten the key
# of the request, so our own posts are looked through before it is said again.
secret token
reload channel "post" { driver = "mastodon"  url = "https://social.example"  token_file = "@DIR@/secret.txt"  hold_down = "0s" } route "posts" { channels = { "post" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"next_word_at":<+10h>}
reply post reset
expect last post
answer post refused
at 3h
answer post nothing
at 4h
expect last post
expect asked post GET "/api/v1/accounts/verify_credentials"
reply post 200 {"id":"7"}
expect request post
expect asked post GET "/api/v1/accounts/7/statuses"
reply post 200 []
expect request post
expect asked post POST "/api/v1/statuses"
reply post 200 {"id":"100"}
expect deliveries post unknown 0
