# The daemon dies while a call is under way. It is sent again with the same id.
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook sequence 1
expect deliveries hook in_flight 1
crash
expect request hook sequence 1 previous 0
reply hook 204
expect deliveries hook delivered 1
expect none hook
