# A list longer than the limit waits for a second person; the others hear at once.
list a@example.se b@example.se c@example.se d@example.se
reload access { approve = { "user:root" } } approve { recipients = 3 } channel "people" { driver = "email" relay = "smtp://lists.example:25" from = "drift@example.se" to_file = "@DIR@/list.txt" } route "people" { channels = { "people" } }
answer hook 204
answer people 250
event-by 1000 {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect result held
expect request hook notice first
expect none people
expect deliveries people held 1
# What changes nothing changes nothing.
read-held O-1
event-by 1003 {"incident":"O-1","premises":["735999"]}
expect result applied
expect held 1
# What is said meanwhile takes its place, with the whole picture: they have heard nothing yet.
event-by 1000 {"incident":"O-1","cause":"tree"}
expect request hook notice cause
expect none people
refuse-release 1001 gone
read-held O-1
refuse-release 1000 own
release 1001
expect deliveries people delivered 4
expect held 0
# A false alarm takes one person.
event-by 1000 {"incident":"O-1","status":"cancelled"}
expect result applied
expect deliveries people delivered 8
