# While a mail is under way a newer word waits; what that mail has said is not said again.
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Lund"}]}
expect request mail
event {"incident":"O-1","etr":<+3h>}
event {"incident":"O-1","status":"restored"}
expect none mail
reply mail 250
expect request mail
expect body mail "The power is back in Lund"
expect no body mail "14:05: The power is off"
reply mail 250
expect deliveries mail delivered 2
expect deliveries mail covered 1
expect none mail
