# Resumed, and refused again: the person who tried hears of it at once.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } }
answer ops 204
answer hook 401
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request ops notice alarm times 1
at 5min
resume hook
expect request ops notice alarm times 2
expect none ops
at 19min
expect none ops
at 20min
expect request ops notice alarm times 3
expect none ops
