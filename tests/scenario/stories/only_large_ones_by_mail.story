# Twelve customers are on the web hook; fifty get a mail as well.
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":12,"places":[{"name":"Lund"}]}
expect result applied messages 1
expect none mail
event {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":50,"places":[{"name":"Lund"}]}
expect result applied messages 2
expect request mail
expect to mail redaktion@example.se
