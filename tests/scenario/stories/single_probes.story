# After five failures one probe at a time goes out, the most urgent one that did not fail
# last; what is held back has not been attempted.
answer hook refused
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-2","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-3","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-4","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-5","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook
expect request hook
expect request hook
expect request hook
expect request hook
answer hook nothing
event {"incident":"O-6","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-7","kind":"power","status":"confirmed","severity":"extreme","places":[{"name":"Lund"}]}
at 4s
expect none hook
at 5s
expect request hook severity extreme
expect none hook
reply hook refused
at 14s
expect none hook
at 15s
expect request hook
expect none hook
reply hook 204
expect request hook
expect request hook
expect none hook
answer hook 204
expect deliveries hook delivered 7
expect channel hook up
