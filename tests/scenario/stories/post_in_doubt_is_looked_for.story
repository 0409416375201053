# The daemon dies before the answer to a post comes: it is looked for under its own key, and
# not sent again when it is there. Where it is not, it is sent under that same key.
secret password
reload channel "blue" { driver = "bluesky"  identifier = "nat.example"  password_file = "@DIR@/secret.txt"  hold_down = "0s" } route "blue" { channels = { "blue" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
reply blue 200 {"did":"did:plc:abc","accessJwt":"acc1","refreshJwt":"ref1","active":true}
expect last blue
expect asked blue POST "com.atproto.repo.putRecord"
crash
expect request blue
expect asked blue POST "com.atproto.server.createSession"
reply blue 200 {"did":"did:plc:abc","accessJwt":"acc2","refreshJwt":"ref2","active":true}
expect request blue
expect asked blue GET "com.atproto.repo.getRecord?repo=did%3Aplc%3Aabc"
reply blue 200 {"uri":"at://did:plc:abc/app.bsky.feed.post/3one","cid":"bafyone","value":{"text":"x"}}
expect deliveries blue delivered 1
expect none blue
event {"incident":"O-2","kind":"power","status":"confirmed","places":[{"name":"Kivik"}]}
expect request blue
reply blue reset
expect none blue
at 1min
expect request blue
expect asked blue GET "com.atproto.repo.getRecord"
reply blue 400 {"error":"RecordNotFound","message":"Could not locate record"}
expect request blue
expect asked blue POST "com.atproto.repo.putRecord"
reply blue 200 {"uri":"at://did:plc:abc/app.bsky.feed.post/3two","cid":"bafytwo"}
expect deliveries blue delivered 2
