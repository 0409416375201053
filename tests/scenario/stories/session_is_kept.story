# A server counts how often it is asked for a session: one is enough for all that is said,
# until the daemon begins anew or the account is another one.
secret password
reload channel "blue" { driver = "bluesky"  identifier = "nat.example"  password_file = "@DIR@/secret.txt"  hold_down = "0s" } route "blue" { channels = { "blue" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request blue
expect asked blue POST "https://bsky.social/xrpc/com.atproto.server.createSession"
expect body blue nat.example
reply blue 200 {"did":"did:plc:abc","accessJwt":"acc1","refreshJwt":"ref1","active":true}
expect request blue
expect asked blue POST "com.atproto.repo.putRecord"
reply blue 200 {"uri":"at://did:plc:abc/app.bsky.feed.post/3one","cid":"bafyone"}
at 10min
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"etr":{"at":<+2h>,"basis":"crew"}}
expect request blue
expect asked blue GET "com.atproto.repo.getRecord?repo=did%3Aplc%3Aabc&collection=app.bsky.feed.post&rkey=3one"
reply blue 200 {"uri":"at://did:plc:abc/app.bsky.feed.post/3one","cid":"bafyone","value":{"text":"x"}}
expect request blue
expect asked blue POST "com.atproto.repo.putRecord"
expect body blue parent
expect body blue bafyone
reply blue 200 {"uri":"at://did:plc:abc/app.bsky.feed.post/3two","cid":"bafytwo"}
# A configuration that changes nothing of the account leaves the session as it is.
reload # nothing else
event {"incident":"O-2","kind":"power","status":"confirmed","places":[{"name":"Kivik"}]}
expect request blue
expect asked blue POST "com.atproto.repo.putRecord"
reply blue 200 {"uri":"at://did:plc:abc/app.bsky.feed.post/3three","cid":"bafythree"}
# Another account, another session.
reload-anew channel "blue" { driver = "bluesky"  identifier = "other.example"  password_file = "@DIR@/secret.txt"  hold_down = "0s" } route "blue" { channels = { "blue" } }
event {"incident":"O-3","kind":"power","status":"confirmed","places":[{"name":"Brösarp"}]}
expect request blue
expect asked blue POST "com.atproto.server.createSession"
expect body blue "other.example"
reply blue 200 {"did":"did:plc:xyz","accessJwt":"acc2","refreshJwt":"ref2","active":true}
expect request blue
expect body blue did:plc:xyz
reply blue 200 {"uri":"at://did:plc:xyz/app.bsky.feed.post/3four","cid":"bafyfour"}
# It is in memory alone.
crash
event {"incident":"O-4","kind":"power","status":"confirmed","places":[{"name":"Ystad"}]}
expect request blue
expect asked blue POST "com.atproto.server.createSession"
reply blue 200 {"did":"did:plc:xyz","accessJwt":"acc3","refreshJwt":"ref3","active":true}
expect request blue
expect asked blue POST "com.atproto.repo.putRecord"
reply blue 200 {"uri":"at://did:plc:xyz/app.bsky.feed.post/3five","cid":"bafyfive"}
expect deliveries blue delivered 5
expect none blue
