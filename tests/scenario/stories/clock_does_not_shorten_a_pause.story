# The peer asks for ten minutes. The clock jumps ahead; the peer still has its minutes.
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook
reply hook 503 Retry-After: 600
clock +3650d
at 9min 59s
expect none hook
at 10min 1s
expect request hook
reply hook 204
clock -3650d
expect deliveries hook delivered 1
