# A list that is not too long any more is told by itself.
list a@example.se b@example.se c@example.se
reload access { approve = { "user:root" } } approve { recipients = 2 } channel "people" { driver = "email" relay = "smtp://lists.example:25" from = "drift@example.se" to_file = "@DIR@/list.txt" hold_down = "0s" } route "people" { channels = { "people" } }
answer hook 204
answer people 250
event-by 1000 {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect deliveries people held 1
list a@example.se b@example.se
reload
expect held 0
expect deliveries people delivered 2
