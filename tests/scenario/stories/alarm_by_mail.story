# An alarm as a mail to those who run the program; an incident's readers get nothing.
reload channel "duty" { driver = "email" relay = "smtp://duty.example:25" from = "drift@example.se" to = { "jour@example.se" } } alarm { channels = { "duty" } }
answer duty 250
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
reply hook 403
expect request duty
expect to duty jour@example.se
expect body duty "<h1>Budkavle: Kanalen hook"
expect body duty "budkavle channel resume hook"
expect none duty
expect none mail
