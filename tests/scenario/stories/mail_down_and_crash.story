# The daemon dies while the mail that makes up for three is under way: it is sent again, and still makes up for them.
pause mail
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Lund"}]}
at 10min
event {"incident":"O-1","etr":<+3h>}
at 20min
event {"incident":"O-1","status":"restored"}
expect none mail
resume mail
expect request mail
expect body mail "The power is back in Lund"
expect deliveries mail in_flight 1
expect deliveries mail pending 2
crash
expect request mail
expect body mail "- 14:05: The power is off in Lund"
reply mail 250
expect deliveries mail delivered 1
expect deliveries mail covered 2
expect none mail
