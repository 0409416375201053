# Many promises pass in a storm: one alarm names the first and counts the rest. Those that
# come near while it is going on are told before they pass too, a few minutes' worth at once.
# Exercises and what is for staff only are marked.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } repeat = "30min" } route "staff" { channels = { "ops2" } audience = "staff" } channel "ops2" { driver = "webhook" url = "https://ops2.example/h" }
answer ops 204
answer ops2 204
answer hook 204
answer drill 204
event {"incident":"A-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 1min
event {"incident":"A-2","kind":"power","status":"confirmed","places":[{"name":"Eslöv"}],"etr":<+31min>}
at 2min
event {"incident":"A-3","kind":"power","status":"confirmed","mode":"exercise","places":[{"name":"Höör"}]}
event {"incident":"A-4","kind":"power","status":"confirmed","audience":"staff"}
event {"incident":"A-5","kind":"power","status":"confirmed","places":[{"name":"Hörby"}]}
at 20min
expect none ops
# Its own length is half an hour: a third of that is ten minutes.
at 21min
expect request ops notice alarm kind promise_near cause "oms A-2 Eslöv: tiden 14.36"
at 22min
event {"incident":"A-2","status":"restored"}
expect request ops notice alarm_over
at 50min
expect request ops notice alarm cause "oms A-1 Lund: beskedet 15.05"
at 54min
expect none ops
at 55min
expect request ops notice alarm cause "oms A-1 Lund: beskedet 15.05; oms A-3 (ÖVNING) Höör: beskedet 15.07; oms A-4 (bara personal): beskedet 15.07; och 1 till"
