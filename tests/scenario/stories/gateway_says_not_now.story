# "Not now" from a gateway is about the gateway: the next numbers wait as well.
secret password
list +46701234567 +46701234568 +46701234569
reload channel "sms" { driver = "kannel"  url = "https://sms.example/cgi-bin/sendsms"  username = "u1"  password_file = "@DIR@/secret.txt"  from = "Nordan"  to_file = "@DIR@/list.txt"  concurrency = 1  hold_down = "0s" } route "sms" { channels = { "sms" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request sms
reply sms 503 Retry-After: 40
at 39s
expect none sms
answer sms 202
at 5min
expect deliveries sms delivered 3
