# The web hook is down; the mail goes at once.
answer hook refused
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":900,"places":[{"name":"Lund"}]}
expect deliveries mail delivered 1
expect deliveries hook pending 1
