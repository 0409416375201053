# The relay is away from the start. What gets through at last is a first word, though other channels heard of a new time.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } } route "paper" { channels = { "paper" } }
answer hook 204
answer paper refused
event {"incident":"O-1","kind":"power","status":"confirmed","etr":<+2h>,"places":[{"name":"Lund"}]}
at 20min
event {"incident":"O-1","etr":<+3h>}
expect request hook notice first
expect request hook notice etr_changed
at 25min
answer paper 250
at 50min
expect last paper
expect body paper "The power is off in Lund"
expect body paper "17:05"
expect no body paper "We said"
expect deliveries paper delivered 1
expect deliveries paper covered 1
