# What was held is not said any more when it was a false alarm; only those who heard hear that.
reload access { approve = { "user:root" } }
answer hook 204
event-by 1000 {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"note":"Kaffe finns"}
expect last hook
event-by 1000 {"incident":"O-1","status":"cancelled"}
expect result applied
expect request hook notice false_alarm
expect no body hook "Kaffe"
expect held 0
expect deliveries hook cancelled 1
expect deliveries hook held 0
