# A list is not gone through before its message is due; a burst is one mail to each person.
list a@example.se b@example.se
reload channel "people" { driver = "email" relay = "smtp://lists.example:25" from = "drift@example.se" to_file = "@DIR@/list.txt" } route "people" { channels = { "people" } }
answer hook 204
answer people 250
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 5s
event {"incident":"O-1","etr":<+2h>}
expect deliveries people pending 2
at 9s
expect none people
at 10s
expect request people
expect to people a@example.se
expect request people
expect to people b@example.se
expect body people "16:05"
expect deliveries people delivered 2
expect deliveries people covered 2
at 30min
expect none people
# A retraction while the list rests: nobody on it hears of it.
event {"incident":"O-2","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-2","status":"cancelled"}
at 50min
expect deliveries people delivered 2
