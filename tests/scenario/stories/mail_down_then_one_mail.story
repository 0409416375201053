# The relay is down for an hour while four things are said. One mail says the newest and what was missed, with times.
answer hook 204
answer mail refused
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Lund"}]}
expect channel mail down
at 10min
event {"incident":"O-1","etr":<+3h>}
at 25min
event {"incident":"O-1","etr":<+5h>}
at 40min
event {"incident":"O-1","status":"restored"}
at 60min
expect deliveries mail pending 4
answer mail 250
at 76min
expect channel mail up
expect deliveries mail delivered 1
expect deliveries mail covered 3
expect deliveries mail pending 0
expect last mail
expect body mail "The power is back in Lund"
expect body mail "Earlier messages that may not have reached you:"
expect body mail "- 14:05: The power is off in Lund"
expect body mail "Written at 14:45"
expect body mail "- 14:15: "
expect body mail "- 14:30: "
# The web hook was told each.
expect deliveries hook delivered 4
