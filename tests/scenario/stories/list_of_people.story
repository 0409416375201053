# A mail for each address, one recipient a mail; one that does not exist delays nobody.
reload channel "people" { driver = "email"  relay = "smtp://lists.example:25"  from = "drift@example.se" hold_down = "0s"  to = { "a@example.se", "b@example.se", "c@example.se" } } route "people" { statuses = { "confirmed" } channels = { "people" } }
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request people
expect to people a@example.se
expect request people
expect to people b@example.se
expect request people
expect to people c@example.se
reply people 250
reply people 550 550 5.1.1 no such user
reply people 250
expect deliveries people delivered 2
expect deliveries people undeliverable 1
