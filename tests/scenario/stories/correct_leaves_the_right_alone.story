# The list heard the first word, which was right. The wrong time never reached it: it hears the right one, and of no error.
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Lund"}]}
expect request hook notice first
expect request mail
answer mail refused
event {"incident":"O-1","etr":<+2h>}
expect request hook notice etr_set
expect request mail
at 1min
expect last mail
correct O-1 {"etr":<+5h>}
expect request hook notice correction
answer mail 250
at 30min
expect last mail
expect body mail "19:05"
expect no body mail "16:05"
expect no body mail "We were wrong"
expect deliveries mail cancelled 1
expect deliveries mail delivered 2
