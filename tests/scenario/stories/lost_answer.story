# The answer is lost after the call went out: the same call again, and only then the next.
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook sequence 1
event {"incident":"O-1","cause":"tree"}
reply hook reset
expect none hook
at 5min
expect request hook sequence 1
reply hook 204
expect request hook sequence 2
