# An interruption that is over when it is heard of: told if it was long, or if nobody knows how long; nobody hears the rest.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } hold_down = "0s" short_interruption = "5min" } route "paper" { kinds = { "water" } channels = { "paper" } }
answer hook 204
answer paper 250
event {"incident":"O-1","kind":"water","status":"restored","started_at":<-4min>,"ended_at":<-1min>,"places":[{"name":"Lund"}]}
expect result applied messages 1
expect timeline O-1 "it ended after 3min: short_interruption is 5min: paper was told nothing of it"
expect none paper
event {"incident":"O-2","kind":"water","status":"restored","started_at":<-20min>,"ended_at":<-1min>,"places":[{"name":"Lund"}]}
expect request paper
event {"incident":"O-3","kind":"water","status":"restored","places":[{"name":"Lund"}]}
expect request paper
expect deliveries paper delivered 2
