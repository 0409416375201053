# An urgent word makes what rests due, and not what the relay asked to wait with.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } } route "paper" { channels = { "paper" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 10s
expect request paper
reply paper 451
at 11s
event {"incident":"O-1","etr":<+2h>}
at 12s
event {"incident":"O-1","severity":"extreme","etr":<+4h>}
expect none paper
at 20min
expect request paper
expect body paper "18:05"
reply paper 250
expect deliveries paper delivered 1
expect deliveries paper covered 2
