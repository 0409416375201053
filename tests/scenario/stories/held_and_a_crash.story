# What is held stays held through a crash, and so does who sent it.
reload access { approve = { "user:root" } } channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } }
answer hook 204
answer ops 204
event-by 1000 {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"note":"Kaffe finns"}
expect last hook
crash
expect none hook
expect held 1 "Kaffe finns"
read-held O-1
refuse-release 1000 own
at 5min
expect request ops notice alarm kind held
crash
expect none ops
release 1001
expect request ops notice alarm_over kind held
crash
expect request hook
expect body hook "Kaffe finns"
expect held 0
