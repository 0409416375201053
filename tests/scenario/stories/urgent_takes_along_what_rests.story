# What is urgent does not rest, and what rests before it goes with it.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } } route "paper" { channels = { "paper" } }
answer hook 204
answer paper 250
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 3s
expect none paper
event {"incident":"O-1","severity":"extreme","cause":{"code":"fire"}}
expect request paper
expect body paper "The power is off in Lund"
expect deliveries paper delivered 1
expect deliveries paper covered 1
# Urgent from the start: at once too.
event {"incident":"O-2","kind":"power","status":"confirmed","severity":"severe","places":[{"name":"Lund"}]}
expect request paper
