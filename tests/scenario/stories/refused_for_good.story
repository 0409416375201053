# 422: this one call is parked, and holds up nobody.
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook sequence 1
reply hook 422
expect deliveries hook parked 1
expect channel hook up
event {"incident":"O-1","cause":"tree"}
expect request hook sequence 2
reply hook 204
cancel hook parked
expect deliveries hook cancelled 1
