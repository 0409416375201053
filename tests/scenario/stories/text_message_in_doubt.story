# The gateway knows no repeats: after an answer that did not come it is asked what it sent
# to that number, before anything is sent again.
secret password
reload channel "sms" { driver = "46elks"  url = "https://sms.example"  username = "u1"  password_file = "@DIR@/secret.txt"  from = "Nordan"  to = { "+46701234567" }  hold_down = "0s" } route "sms" { channels = { "sms" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request sms
expect asked sms POST "https://sms.example/a1/sms"
expect body sms "to=%2B46701234567"
expect body sms "from=Nordan"
reply sms reset
at 10min
expect request sms
expect asked sms GET "https://sms.example/a1/sms?to=%2B46701234567&end=2026-11-23T13%3A00%3A00"
reply sms 200 {"data":[]}
expect request sms
expect asked sms POST "/a1/sms"
reply sms 200 {"id":"s1","status":"created"}
expect deliveries sms delivered 1
expect none sms
