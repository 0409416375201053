# A mail channel that wants each message gets each, in order, and covers nothing.
reload channel "archive" { driver = "email"  backlog = "each"  relay = "smtp://lists.example:25"  from = "drift@example.se" hold_down = "0s"  to = { "arkiv@example.se" } } route "archive" { channels = { "archive" } }
pause archive
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 10min
event {"incident":"O-1","etr":<+3h>}
at 20min
event {"incident":"O-1","status":"restored"}
answer archive 250
resume archive
expect deliveries archive delivered 3
expect deliveries archive covered 0
expect request archive
expect body archive "The power is off in Lund"
expect request archive
expect request archive
expect body archive "The power is back in Lund"
expect none archive
