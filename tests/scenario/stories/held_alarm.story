# Nobody answers: an alarm after five minutes, again every quarter of an hour, over with the release.
reload access { approve = { "user:root" } } channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } }
answer hook 204
answer ops 204
event-by 1000 {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"note":"Kaffe finns"}
at 4min 59s
expect none ops
expect calm
at 5min
expect request ops notice alarm kind held subject O-1
expect body ops "budkavle release"
at 19min
expect none ops
# A newer word in its place does not begin the time anew.
event-by 1000 {"incident":"O-1","note":"Kaffet är slut"}
expect none ops
at 20min
expect request ops notice alarm kind held
expect alarm held O-1 times 2
# What was read is not older than the promise in it.
read-held O-1
release 1001
expect request ops notice alarm_over kind held subject O-1
expect calm
