# A person says no to what waits for a long list: it is not told by the daemon's own word an hour later.
list a@example.se b@example.se c@example.se d@example.se
reload access { approve = { "user:root" } } approve { recipients = 3 } channel "people" { driver = "email" relay = "smtp://lists.example:25" from = "drift@example.se" to_file = "@DIR@/list.txt" hold_down = "0s" } route "people" { channels = { "people" } }
answer hook 204
answer people 250
event-by 1000 {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect result held
cancel people held
expect held 0
at 2h
expect none people
