# Nobody answers for an hour. Everything arrives, in order, and nothing newer first.
answer hook refused
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect channel hook down
at 10min
event {"incident":"O-1","cause":"tree"}
at 30min
event {"incident":"O-1","status":"restored"}
at 60min
expect deliveries hook delivered 0
expect deliveries hook pending 3
answer hook 204
at 62min
expect channel hook up
expect deliveries hook delivered 3
