# A session that has grown too old is renewed within the delivery that found it so, and made
# anew where that is refused too; what was to be said waits for nothing else.
secret password
reload channel "blue" { driver = "bluesky"  identifier = "nat.example"  password_file = "@DIR@/secret.txt"  hold_down = "0s" } route "blue" { channels = { "blue" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
reply blue 200 {"did":"did:plc:abc","accessJwt":"acc1","refreshJwt":"ref1","active":true}
reply blue 200 {"uri":"at://did:plc:abc/app.bsky.feed.post/3one","cid":"bafyone"}
expect last blue
at 10min
event {"incident":"O-2","kind":"power","status":"confirmed","places":[{"name":"Kivik"}]}
expect request blue
expect asked blue POST "com.atproto.repo.putRecord"
reply blue 400 {"error":"ExpiredToken","message":"Token has expired"}
expect request blue
expect asked blue POST "com.atproto.server.refreshSession"
reply blue 200 {"did":"did:plc:abc","accessJwt":"acc2","refreshJwt":"ref2"}
expect request blue
expect asked blue POST "com.atproto.repo.putRecord"
reply blue 200 {"uri":"at://did:plc:abc/app.bsky.feed.post/3two","cid":"bafytwo"}
expect deliveries blue delivered 2
expect channel blue up
event {"incident":"O-3","kind":"power","status":"confirmed","places":[{"name":"Ystad"}]}
reply blue 400 {"error":"ExpiredToken","message":"Token has expired"}
reply blue 400 {"error":"ExpiredToken","message":"Token has been revoked"}
expect last blue
expect asked blue POST "com.atproto.server.createSession"
reply blue 200 {"did":"did:plc:abc","accessJwt":"acc3","refreshJwt":"ref3"}
expect request blue
expect asked blue POST "com.atproto.repo.putRecord"
# A server that will not have what it has just made is left alone for a quarter of an hour.
reply blue 400 {"error":"ExpiredToken","message":"Token has expired"}
expect deliveries blue pending 1
at 24min
expect none blue
at 41min
expect request blue
expect asked blue POST "com.atproto.repo.putRecord"
reply blue 200 {"uri":"at://did:plc:abc/app.bsky.feed.post/3three","cid":"bafythree"}
expect deliveries blue delivered 3
