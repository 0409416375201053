# Forty seconds without power are not told where interruptions under five minutes are not; elsewhere they are. The timeline
# says why.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } hold_down = "0s" short_interruption = "5min" } route "paper" { channels = { "paper" } }
answer hook 204
answer paper 250
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 40s
event {"incident":"O-1","status":"restored"}
expect result applied messages 1
expect timeline O-1 "it ended after 40s: short_interruption is 5min"
expect timeline O-1 "paper was told nothing of it"
expect deliveries paper cancelled 1
expect deliveries paper pending 0
at 1h
expect none paper
expect deliveries hook delivered 2
# It goes off again, and stays so: that is told as something new.
event {"incident":"O-1","status":"confirmed","started_at":<+1h>}
at 64min
expect none paper
at 65min
expect request paper
expect body paper "The power has been off in Lund since 15:05"
# What was told is told to its end, however short it was after all.
event {"incident":"O-1","status":"restored","ended_at":<+61min>}
expect request paper
expect body paper "The power is back in Lund"
