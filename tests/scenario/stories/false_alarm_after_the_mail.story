# The first mail got out, the next did not, and then we were wrong: only that is sent.
reload channel "list" { driver = "email"  relay = "smtp://lists.example:25"  from = "drift@example.se" hold_down = "0s"  to = { "a@example.se", "b@example.se" } } route "list" { min_customers = 50 channels = { "list" } }
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Lund"}]}
expect request mail
expect request list
expect to list a@example.se
reply list 250
expect request list
expect to list b@example.se
reply list reset
answer mail refused
answer list refused
event {"incident":"O-1","etr":<+3h>}
at 5min
event {"incident":"O-1","status":"cancelled"}
answer mail 250
answer list 250
at 60min
expect deliveries mail delivered 2
expect deliveries mail cancelled 1
expect last mail
expect body mail "We were wrong"
# One who got the first mail, and one who may have: both are told.
expect deliveries list delivered 3
expect deliveries list cancelled 3
expect deliveries list pending 0
