# A channel that sends each message sends each, only later.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } backlog = "each" } route "paper" { channels = { "paper" } }
answer hook 204
answer paper 250
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 5s
event {"incident":"O-1","etr":<+2h>}
at 9s
expect none paper
at 10s
expect request paper
expect body paper "The power is off in Lund"
expect request paper
expect body paper "16:05"
expect deliveries paper delivered 2
