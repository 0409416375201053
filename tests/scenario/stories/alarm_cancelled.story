# Cancelling what was refused deals with it too.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } }
answer ops 204
answer hook 422
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request ops notice alarm kind parked
cancel hook parked
expect request ops notice alarm_over
expect none ops
expect calm
