# Teams takes 60 messages an hour of us, whatever happens; a fifth of them is kept for what
# is urgent.
secret https://flow.example/workflows/1/invoke?sig=abcdefghijklmnopqrstuvwx
reload channel "chat" { driver = "teams"  webhook_file = "@DIR@/secret.txt"  hold_down = "0s" } route "chats" { channels = { "chat" } }
answer hook 204
answer chat 202
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-2","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-3","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-4","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-5","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-6","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-7","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-8","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-9","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-10","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-11","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-12","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-13","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-14","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-15","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-16","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-17","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-18","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-19","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-20","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-21","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-22","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-23","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-24","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-25","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-26","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-27","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-28","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-29","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-30","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-31","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-32","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-33","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-34","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-35","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-36","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-37","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-38","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-39","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-40","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-41","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-42","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-43","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-44","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-45","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-46","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-47","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-48","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-49","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-50","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
at 10min
expect deliveries chat delivered 48
expect deliveries chat pending 2
event {"incident":"O-51","kind":"power","status":"confirmed","severity":"severe","places":[{"name":"Kil"}]}
expect last chat
expect body chat "Kil"
at 58min
expect deliveries chat delivered 49
expect deliveries chat pending 2
