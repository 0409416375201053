# What lasts longer is told when it has lasted so long, counted from its start.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } hold_down = "0s" short_interruption = "5min" } route "paper" { channels = { "paper" } }
answer hook 204
answer paper 250
event {"incident":"O-1","kind":"power","status":"confirmed","started_at":<-2min>,"places":[{"name":"Lund"}]}
at 179s
expect none paper
at 3min
expect request paper
at 4min
event {"incident":"O-1","status":"restored"}
expect request paper
# Urgent: at once. Planned work: at once, for it is announced.
event {"incident":"O-2","kind":"power","status":"confirmed","severity":"severe","places":[{"name":"Lund"}]}
expect request paper
event {"incident":"O-3","kind":"power","status":"planned","planned":{"from":<+2d>,"to":<+50h>},"places":[{"name":"Lund"}]}
expect request paper
