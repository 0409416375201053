# The error is under way when it is set right. If it arrives its reader is told; if not, it is not tried again.
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Taby"}]}
event {"incident":"O-2","kind":"power","status":"confirmed","places":[{"name":"Taby"}]}
event {"incident":"O-3","kind":"power","status":"confirmed","places":[{"name":"Taby"}]}
expect request hook notice first
expect request hook notice first
expect request hook notice first
correct O-1 {"places":[{"name":"Vallentuna"}]}
correct O-2 {"places":[{"name":"Vallentuna"}]}
correct O-3 {"places":[{"name":"Vallentuna"}]}
expect none hook
reply hook 204
expect request hook notice correction previous 1
reply hook 503
expect request hook notice first sequence 2 previous 0
reply hook reset
expect request hook notice correction sequence 2
answer hook 204
at 10min
expect none hook
expect deliveries hook delivered 4
expect deliveries hook cancelled 2
