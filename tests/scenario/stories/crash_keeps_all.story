# Down, with a backlog, and then the daemon dies: nothing is lost.
answer hook refused
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-1","cause":"tree"}
event {"incident":"O-2","kind":"water","status":"confirmed","places":[{"name":"Ystad"}]}
crash
crash
expect incident O-1 confirmed messages 2
answer hook 204
at 20min
expect deliveries hook delivered 3
