# A reload while a message rests changes nothing of when it goes.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } hold_down = "2min" } route "paper" { channels = { "paper" } }
answer hook 204
answer paper 250
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 4s
reload channel "other" { driver = "webhook" url = "https://other.example/h" }
event {"incident":"O-1","etr":<+2h>}
at 119s
expect none paper
at 2min
expect request paper
expect body paper "The power is off in Lund"
expect body paper "16:05"
expect deliveries paper covered 1
# A window of its own for the next one.
at 3min
event {"incident":"O-1","etr":<+3h>}
at 299s
expect none paper
at 5min
expect request paper
expect body paper "We expected it at 16:05"
