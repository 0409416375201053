# 401: the channel is paused and a person must act. Then everything goes, in order.
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook sequence 1
reply hook 401
expect channel hook paused
expect deliveries hook parked 1
at 1h
event {"incident":"O-1","cause":"tree"}
expect none hook
resume hook
expect request hook sequence 1
expect none hook
reply hook 204
expect request hook sequence 2
reply hook 204
expect deliveries hook delivered 2
expect channel hook up
