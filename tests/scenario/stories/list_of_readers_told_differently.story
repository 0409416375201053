# Two on one list: one heard the first word, the other's mailbox was gone for good that time. Each is told what is new to
# that reader, though both mails leave in the same moment.
list a@example.se b@example.se
reload channel "people" { driver = "email" relay = "smtp://lists.example:25" from = "drift@example.se" to_file = "@DIR@/list.txt" hold_down = "0s" } route "people" { channels = { "people" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","etr":<+2h>,"places":[{"name":"Lund"}]}
expect request people
expect to people a@example.se
expect request people
expect to people b@example.se
reply people 250
reply people 550 554 5.6.0 the text was refused
at 10min
event {"incident":"O-1","etr":<+4h>}
expect request people
expect to people a@example.se
expect body people "We expected it at 16:05"
expect request people
expect to people b@example.se
expect no body people "We expected it at"
reply people 250
reply people 250
expect deliveries people delivered 3
