# The account has no money left: that is about all numbers, not about one.
secret password
list +46701234567 +46701234568 +46701234569
reload channel "sms" { driver = "46elks"  url = "https://sms.example"  username = "u1"  password_file = "@DIR@/secret.txt"  from = "Nordan"  to_file = "@DIR@/list.txt"  hold_down = "0s" } route "sms" { channels = { "sms" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
reply sms 403
expect channel sms paused
expect deliveries sms undeliverable 0
