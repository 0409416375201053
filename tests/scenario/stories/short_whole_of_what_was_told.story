# Whoever was told of a part, and that it belongs to another incident, hears the end of that one, however short it was.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } hold_down = "0s" short_interruption = "5min" } route "paper" { channels = { "paper" } }
answer hook 204
answer paper 250
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 5min
expect request paper
at 6min
event {"incident":"O-2","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-1","merge_into":"O-2"}
expect request paper
expect body paper "It is part of another fault"
expect none paper
at 7min
event {"incident":"O-2","status":"restored"}
expect request paper
expect body paper "The power is back in Lund"
expect none paper
