# A mail that makes up for others is refused for good: they wait for its retry, or for the next word.
pause mail
event {"incident":"O-1","kind":"power","status":"confirmed","next_word_at":<+9d>,"customers_affected":90,"places":[{"name":"Lund"}]}
at 10min
event {"incident":"O-1","etr":<+3h>}
resume mail
expect request mail
reply mail 554
expect deliveries mail parked 1
expect deliveries mail pending 1
at 2h
expect none mail
event {"incident":"O-1","status":"restored"}
expect request mail
expect body mail "- 14:05: The power is off in Lund"
reply mail 250
expect deliveries mail covered 1
retry mail parked
expect request mail
expect body mail "Written at 14:15"
reply mail 250
expect deliveries mail delivered 2
expect deliveries mail pending 0
