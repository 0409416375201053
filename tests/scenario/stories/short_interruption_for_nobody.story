# Where no channel tells of it, the answer says why.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } hold_down = "0s" short_interruption = "5min" } route "paper" { audience = "staff" channels = { "paper" } }
event {"incident":"O-1","kind":"power","audience":"staff","status":"confirmed","places":[{"name":"Lund"}]}
expect result applied messages 1
at 40s
event {"incident":"O-1","status":"restored"}
expect result applied messages 0
expect why "it ended after 40s: short_interruption is 5min: paper was told nothing of it"
expect timeline O-1 "it ended after 40s: short_interruption is 5min"
expect deliveries paper cancelled 1
at 1h
expect none paper
