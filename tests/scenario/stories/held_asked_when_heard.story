# Words that nobody would have heard are asked for when somebody would; and again when a false alarm was none.
reload access { approve = { "user:root" } }
answer hook 204
event-by 1000 {"incident":"O-1","kind":"power","note":"Kaffe finns"}
expect result waiting
expect held 0
event-by 1000 {"incident":"O-1","status":"confirmed","places":[{"name":"Lund"}]}
expect result held
expect request hook notice first
expect no body hook "Kaffe"
expect held 1 "Kaffe finns"
event-by 1000 {"incident":"O-1","status":"cancelled"}
expect request hook notice false_alarm
expect held 0
event-by 1000 {"incident":"O-1","status":"confirmed"}
expect result held
expect request hook notice reopened
expect no body hook "Kaffe"
expect held 1 "Kaffe finns"
read-held O-1
release 1001
expect request hook
expect body hook "Kaffe finns"
