# One number of three takes nothing; the others get theirs, and nothing is parked.
secret password
list +46701234567 +46701234568 +46701234569
reload channel "sms" { driver = "kannel"  url = "https://sms.example/cgi-bin/sendsms"  username = "u1"  password_file = "@DIR@/secret.txt"  from = "Nordan"  to_file = "@DIR@/list.txt"  hold_down = "0s" } route "sms" { channels = { "sms" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
reply sms 202
reply sms 400 {Number(s) has/have been denied by white- and/or black-lists.}
reply sms 202
expect deliveries sms delivered 2
expect deliveries sms undeliverable 1
expect channel sms up
