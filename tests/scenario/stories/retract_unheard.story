# Taken back before anybody heard it, also where every message is sent: nobody hears anything.
pause hook
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
retract O-1
answer hook 204
resume hook
at 10min
expect none hook
expect deliveries hook cancelled 2
expect deliveries hook pending 0
# The chain of what the receiver is given has no gap.
event {"incident":"O-1","status":"confirmed"}
expect request hook notice reopened sequence 3 previous 0
