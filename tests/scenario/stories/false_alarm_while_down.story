# We were wrong before the mail got out: nothing is sent, neither what was wrong nor that it was.
answer mail refused
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Lund"}]}
expect request mail
at 5min
event {"incident":"O-1","status":"cancelled"}
expect request hook notice first
expect request hook notice false_alarm
answer mail 250
at 30min
expect deliveries mail cancelled 1
expect deliveries mail delivered 0
expect deliveries mail pending 0
