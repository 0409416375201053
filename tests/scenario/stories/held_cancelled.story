# Cancelled by a person it is not asked for again until it changes, and the alarm is over.
reload access { approve = { "user:root" } } channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } }
answer hook 204
answer ops 204
event-by 1000 {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"note":"Kaffe finns"}
expect last hook
at 5min
expect request ops notice alarm kind held
cancel hook held
expect request ops notice alarm_over kind held
expect held 0
event {"incident":"O-1","etr":<+3h>}
expect result applied
expect request hook notice etr_set
expect no body hook "Kaffe"
expect held 0
event-by 1000 {"incident":"O-1","note":"Kaffet är slut"}
expect result held
expect held 1 "slut"
