# The peer asked for an hour; a person knows better.
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook
reply hook 503 Retry-After: 3600
at 1min
retry hook pending
expect request hook
reply hook 204
expect deliveries hook delivered 1
