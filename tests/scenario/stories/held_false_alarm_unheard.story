# A list that waited has heard nothing, so there is nothing to take back on it.
list a@example.se b@example.se c@example.se
reload access { approve = { "user:root" } } approve { recipients = 2 } channel "people" { driver = "email" relay = "smtp://lists.example:25" from = "drift@example.se" to_file = "@DIR@/list.txt" } route "people" { channels = { "people" } }
answer hook 204
answer people 250
event-by 1000 {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect last hook
event-by 1000 {"incident":"O-1","status":"cancelled"}
expect request hook notice false_alarm
expect none people
expect held 0
expect deliveries people held 0
at 10min
expect none people
