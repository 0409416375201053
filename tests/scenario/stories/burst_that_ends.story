# What began and ended within ten seconds is one mail, which says that it is over.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } } route "paper" { channels = { "paper" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 3s
event {"incident":"O-1","etr":<+2h>}
at 6s
event {"incident":"O-1","status":"restored"}
expect none paper
at 10s
expect request paper
expect body paper "The power is back in Lund"
expect no body paper "Earlier messages"
reply paper 250
expect deliveries paper delivered 1
expect deliveries paper covered 2
at 1h
expect none paper
