# Whoever was told that the power is off is told at once that it is back, even while an estimate rests.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } } route "paper" { channels = { "paper" } }
answer hook 204
answer paper 250
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 10s
expect request paper
at 60s
event {"incident":"O-1","etr":<+2h>}
at 62s
expect none paper
event {"incident":"O-1","status":"restored"}
expect request paper
expect body paper "The power is back in Lund"
expect no body paper "Earlier messages"
expect deliveries paper delivered 2
expect deliveries paper covered 1
