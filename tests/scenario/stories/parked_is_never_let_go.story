# A delivery that a person has not dealt with keeps its incident for as long as that takes.
reload keep = "2d"
event {"event_id":"e1","incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook notice first
reply hook 422
expect deliveries hook parked 1
answer hook 204
event {"event_id":"e2","incident":"O-1","status":"restored"}
expect request hook notice restored
expect deliveries hook delivered 1
at 6d
expect incident O-1 restored messages 2
expect deliveries hook parked 1
expect deliveries hook delivered 1
cancel hook parked
at 7d
expect deliveries hook cancelled 0
expect deliveries hook delivered 0
