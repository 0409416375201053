# The promise in what waits passes with a word to everybody; what waits then waits with a new promise.
reload access { approve = { "user:root" } }
answer hook 204
event-by 1000 {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"note":"Kaffe finns"}
expect last hook
read-held O-1
at 1h 1min
expect request hook notice lapsed
expect no body hook "Kaffe"
expect none hook
expect held 1 "Kaffe finns"
refuse-release 1001 gone
read-held O-1
release 1001
expect request hook
expect body hook "Kaffe finns"
