# Small moves of the estimate add up for each channel by itself: the mail hears of them when they are more than 15 minutes
# from what it was told.
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"etr":<+2h>,"places":[{"name":"Lund"}]}
expect request mail
at 5min
event {"incident":"O-1","etr":<+130min>}
expect result applied messages 1
expect timeline O-1 "the estimate moved by 10min: mail hears of more than 15min (etr_tolerance)"
expect none mail
at 10min
event {"incident":"O-1","etr":<+140min>}
expect request mail
expect body mail "We expected it at 16:05"
expect body mail "16:25"
expect deliveries hook delivered 3
# What is news besides goes to all, with the estimate as it is.
at 15min
event {"incident":"O-1","cause":{"code":"tree"},"etr":<+145min>}
expect request mail
expect body mail "we know why"
expect body mail "16:30"
