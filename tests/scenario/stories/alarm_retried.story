# The channel for alarms refuses for now: the alarm is tried again like any message.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } }
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
reply hook 401
expect request ops times 1
reply ops 503 Retry-After: 40
at 39s
expect none ops
at 41s
expect request ops times 1
reply ops 204
expect deliveries ops delivered 1
