# The error was under way when it was set right and the daemon died: it is not sent again, and who may have it is told.
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Taby"}]}
expect request hook notice first
correct O-1 {"places":[{"name":"Vallentuna"}]}
crash
answer hook 204
at 10min
expect request hook notice correction sequence 2
expect none hook
expect deliveries hook cancelled 1
expect deliveries hook delivered 1
