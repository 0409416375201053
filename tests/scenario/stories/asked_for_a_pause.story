# One message is told to come back in a minute. The others do not ask meanwhile, each for
# itself; after the minute one asks, and then all.
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook
reply hook 429 Retry-After: 60
event {"incident":"O-2","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-3","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-4","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 59s
expect none hook
at 61s
expect request hook
expect none hook
reply hook 204
expect request hook
expect request hook
expect none hook
answer hook 204
at 3min
expect deliveries hook delivered 4
