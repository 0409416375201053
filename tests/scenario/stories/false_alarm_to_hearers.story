# What takes back what was said goes to those who heard it, and to nobody else.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":12,"places":[{"name":"Lund"}]}
expect request hook notice first
expect none mail
event {"incident":"O-1","status":"cancelled","customers_affected":900}
expect request hook notice false_alarm
expect none mail
