# Five events within ten seconds are one mail: the first word, with the estimate and the cause.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } } route "paper" { channels = { "paper" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"suspected","places":[{"name":"Lund"}]}
expect result applied messages 2
at 2s
event {"incident":"O-1","status":"confirmed"}
at 4s
event {"incident":"O-1","cause":{"code":"tree"}}
at 6s
event {"incident":"O-1","etr":<+2h>}
at 8s
event {"incident":"O-1","etr":<+3h>}
at 9999ms
expect none paper
expect deliveries paper pending 5
# The window is not prolonged by what comes in it.
at 10s
expect request paper
expect body paper "The power is off in Lund"
expect body paper "17:05"
expect body paper "tree"
expect no body paper "We said"
expect no body paper "Earlier messages"
reply paper 250
expect deliveries paper delivered 1
expect deliveries paper covered 4
at 30min
expect none paper
# The web hook was told each, at once.
expect deliveries hook delivered 5
