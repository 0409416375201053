# kill -9 between the words of an alarm: none is told twice, none is left out.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } }
answer ops 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
reply hook 401
expect request ops sequence 1 times 1
at 10min
crash
expect none ops
expect alarm channel_paused hook times 1
at 14min
crash
expect none ops
at 15min
expect request ops sequence 2 times 2
crash
expect none ops
at 29min
crash
at 30min
expect request ops sequence 3 times 3
# The fault is not known to be gone before a person says so; what it parked is a matter
# of its own then.
resume hook
expect request ops notice alarm_over sequence 4
expect request ops kind parked cause "401 Unauthorized" times 1
expect none ops
retry hook parked
expect request hook
expect request hook
reply hook 204
expect request ops notice alarm_over kind parked
expect none ops
expect calm
