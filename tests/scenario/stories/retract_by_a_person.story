# It never was. One command takes it back, with the reason, where it was heard; what waits is stopped on every channel.
answer mail refused
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Lund"}]}
expect request hook notice first
reply hook 204
at 1min
event {"incident":"O-1","etr":<+3h>}
expect request hook notice etr_set
reply hook 503
expect last mail
retract O-1 "A meter was misread"
answer hook 204
expect request hook notice false_alarm sequence 3 previous 1
expect text hook "We were wrong at 14:05."
expect text hook "A meter was misread."
answer mail 250
at 60min
expect none hook
expect none mail
expect deliveries hook delivered 2
expect deliveries hook cancelled 1
expect deliveries mail delivered 0
no-retract "is cancelled" O-1
