# The receiver says 503, and to come back in 40 s. It is not asked before.
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook notice first
reply hook 503 Retry-After: 40
expect deliveries hook pending 1
at 39s
expect none hook
at 2min
expect request hook notice first sequence 1
reply hook 204
expect deliveries hook delivered 1
expect channel hook up
