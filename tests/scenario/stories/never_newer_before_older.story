# While the first word is under way, the second waits.
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook sequence 1
event {"incident":"O-1","cause":"tree"}
event {"incident":"O-2","kind":"power","status":"confirmed","places":[{"name":"Ystad"}]}
expect request hook sequence 1
expect none hook
reply hook 204
expect request hook sequence 2 previous 1
