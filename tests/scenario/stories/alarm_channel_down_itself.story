# The only channel for alarms is the one in trouble: the alarm waits there like any
# message, and is delivered when the channel works again.
reload alarm { channels = { "hook" } repeat = "1h" }
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
reply hook 401
expect request hook sequence 1
expect none hook
expect deliveries hook pending 1
expect alarm channel_paused hook times 1
at 10min
answer hook 204
resume hook
expect request hook
expect request hook
expect request hook notice alarm_over
expect none hook
expect deliveries hook delivered 3
expect calm
