# Nobody has heard anything, so no promise lapses; but the one in what waits must not have passed when it is released.
list a@example.se b@example.se c@example.se
reload access { approve = { "user:root" } } approve { recipients = 2 } channel "people" { driver = "email" relay = "smtp://lists.example:25" from = "drift@example.se" to_file = "@DIR@/list.txt" } route "people" { audience = staff channels = { "people" } }
answer people 250
event-by 1000 {"incident":"O-1","kind":"power","status":"confirmed","audience":"staff","places":[{"name":"Lund"}]}
expect held 1
read-held O-1
at 1h 1min
refuse-release 1000 own
refuse-release 1001 changed
expect none people
read-held O-1
release 1001
expect deliveries people delivered 3
