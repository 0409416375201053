# Each message is an alert of its own, which refers to those before it; a feed leads to the newest.
reload channel "cap" { driver = "cap" directory = "@DIR@/cap" sender = "drift@example.se" } route "cap" { channels = { "cap" } }
answer hook 204
answer cap 200
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 5s
expect last cap
expect body cap "<msgType>Alert</msgType>"
expect body cap "application/cap+xml"
at 10min
event {"incident":"O-1","etr":<+2h>}
at 11min
expect last cap
expect body cap "<msgType>Update</msgType>"
expect body cap ",2026-11-23T14:05:00+01:00</references>"
expect no body cap "<msgType>Alert</msgType>"
at 20min
# A folder that cannot be written holds the alert back; it is written once there is room.
answer cap 507
event {"incident":"O-1","status":"cancelled"}
expect deliveries cap delivered 2
expect deliveries cap pending 1
at 30min
answer cap 200
at 50min
expect deliveries cap delivered 3
expect last cap
expect body cap "<msgType>Cancel</msgType>"
# What was published is not written again.
expect no body cap "<msgType>Update</msgType>"
expect files cap "cap.rss" 0
