# The mail that makes up for the first is refused for now; a newer word takes over all that waits.
pause mail
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Lund"}]}
at 10min
event {"incident":"O-1","etr":<+3h>}
resume mail
expect request mail
reply mail 451
expect deliveries mail pending 2
at 12min
event {"incident":"O-1","status":"restored"}
at 40min
expect request mail
expect body mail "The power is back in Lund"
expect body mail "- 14:05: The power is off in Lund"
expect body mail "- 14:15: "
reply mail 250
expect deliveries mail delivered 1
expect deliveries mail covered 2
expect none mail
