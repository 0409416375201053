# The daemon dies while a message rests: it goes when it would have gone.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } } route "paper" { channels = { "paper" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 4s
event {"incident":"O-1","etr":<+2h>}
crash
expect none paper
at 9999ms
expect none paper
at 10s
expect request paper
expect body paper "The power is off in Lund"
reply paper 250
expect deliveries paper delivered 1
expect deliveries paper covered 1
