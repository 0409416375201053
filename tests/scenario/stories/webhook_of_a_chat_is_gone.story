# The webhook was taken away: after the first 404 it is not asked again, whatever happens,
# until a person lets the channel go on.
secret https://discord.example/api/webhooks/123/abcdefghijklmnopqrstuvwx
reload channel "chat" { driver = "discord"  webhook_file = "@DIR@/secret.txt"  hold_down = "0s" } route "chats" { channels = { "chat" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request chat
reply chat 404 {"message":"Unknown Webhook","code":10015}
expect deliveries chat parked 1
expect channel chat paused
event {"incident":"O-2","kind":"power","status":"confirmed","places":[{"name":"Kil"}]}
at 3h
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"etr":{"at":<+5h>,"basis":"crew"}}
at 2d
expect none chat
expect channel chat paused
answer chat 200 {"id":"1001"}
resume chat
at 49h
expect last chat
expect channel chat up
