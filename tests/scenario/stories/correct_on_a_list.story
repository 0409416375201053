# One on the list got the error, one may have, one was yet to get it: two are told, and the third hears only what is right.
list a@example.se b@example.se c@example.se
reload channel "list" { driver = "email"  relay = "smtp://lists.example:25"  from = "drift@example.se"  to_file = "@DIR@/list.txt"  concurrency = 1  hold_down = "0s" } route "list" { min_customers = 50 channels = { "list" } }
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Taby"}]}
expect request list
expect to list a@example.se
reply list 250
expect request list
expect to list b@example.se
reply list reset
answer list refused
at 1min
expect last list
correct O-1 {"places":[{"name":"Vallentuna"}]}
answer list 250
at 60min
expect deliveries list delivered 4
expect deliveries list cancelled 2
expect deliveries list pending 0
