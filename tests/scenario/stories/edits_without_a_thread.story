# A webhook cannot answer a message, but the first one says what is known now all the same.
secret https://discord.example/api/webhooks/123/abcdefghijklmnopqrstuvwx
reload channel "chat" { driver = "discord"  webhook_file = "@DIR@/secret.txt"  hold_down = "0s" } route "chats" { channels = { "chat" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request chat
expect asked chat POST "/api/webhooks/123/abcdefghijklmnopqrstuvwx?wait=true"
reply chat 200 {"id":"1001"}
at 10min
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"etr":{"at":<+2h>,"basis":"crew"}}
expect request chat
expect asked chat PATCH "/api/webhooks/123/abcdefghijklmnopqrstuvwx/messages/1001"
expect body chat "16.05"
reply chat 200 {"id":"1001"}
expect request chat
expect asked chat POST "?wait=true"
expect body chat "16.05"
reply chat 200 {"id":"1002"}
expect deliveries chat delivered 2
# The edit got lost: it is tried again, and nothing was said by it.
at 20min
event {"incident":"O-1","kind":"power","status":"restored","places":[{"name":"Lund"}],"ended_at":<+20min>}
expect request chat
expect asked chat PATCH "/messages/1001"
reply chat reset
expect deliveries chat delivered 2
at 30min
expect request chat
expect asked chat PATCH "/messages/1001"
reply chat 404 {"message":"Unknown Message","code":10008}
expect request chat
expect asked chat POST "?wait=true"
reply chat 200 {"id":"1003"}
expect deliveries chat delivered 3
expect none chat
