# We were wrong before the mail went: nobody hears of it.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } } route "paper" { channels = { "paper" } }
answer hook 204
answer paper 250
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 4s
event {"incident":"O-1","status":"cancelled"}
expect request hook notice first
expect request hook notice false_alarm
expect none paper
expect deliveries paper cancelled 1
at 1h
expect none paper
expect deliveries paper delivered 0
