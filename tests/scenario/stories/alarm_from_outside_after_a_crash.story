# What was wrong with a spool before the daemon died is neither told again nor said to be
# over before somebody has looked.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } repeat = "1h" }
answer ops 204
trouble spool oms "it cannot be opened"
expect request ops notice alarm kind spool subject oms times 1
at 1min
crash
at 5min
expect none ops
expect alarm spool oms times 1
trouble spool oms "it cannot be opened"
at 1h
expect request ops times 2
expect none ops
trouble spool oms
at 2h
expect request ops notice alarm_over
expect none ops
expect calm
