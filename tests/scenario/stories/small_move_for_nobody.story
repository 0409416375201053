# An estimate that moved too little for every channel: the answer and the timeline say for which, and how much would be news.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } hold_down = "0s" } route "paper" { audience = "staff" channels = { "paper" } }
answer paper 250
event {"incident":"O-1","kind":"power","audience":"staff","status":"confirmed","etr":<+2h>,"places":[{"name":"Lund"}]}
expect request paper
event {"incident":"O-1","etr":<+110min>}
expect result applied messages 0
expect why "the estimate moved by 10min: paper hears of more than 15min (etr_tolerance)"
expect timeline O-1 "the estimate moved by 10min: paper hears of more than 15min (etr_tolerance)"
expect none paper
