# The disk is full while deliveries are under way: what the peers answered is recorded
# when there is room, an operator's word that was not kept is not in force, and nothing
# of what could not be kept has left.
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":80,"places":[{"name":"Lund"}]}
expect request hook sequence 1
expect request mail
disk full
reply hook 204
reply mail 250
expect deliveries hook in_flight 1
expect deliveries mail in_flight 1
pause hook
expect channel hook up
event {"incident":"O-2","customers_affected":12,"kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect none hook
at 20min
expect deliveries hook in_flight 1
expect none hook
disk free
expect deliveries hook delivered 1
expect deliveries hook pending 0
expect deliveries mail delivered 1
expect channel hook up
expect none hook
# Its sender was not told that it was taken, and sends it again.
answer hook 204
event {"incident":"O-2","customers_affected":12,"kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect result applied messages 1
expect request hook customers_affected 12 sequence 1
# A pause stays a pause when a resume could not be kept.
pause hook
disk full
resume hook
expect channel hook paused
disk free
expect channel hook paused
event {"incident":"O-3","customers_affected":13,"kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect none hook
resume hook
expect request hook customers_affected 13
