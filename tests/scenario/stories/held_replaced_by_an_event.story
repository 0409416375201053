# A newer event changes what would be said: what was read before is not what would go out, and is refused.
reload access { approve = { "user:root" } }
answer hook 204
event-by 1000 {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"note":"Kaffe finns"}
expect last hook
read-held O-1
event-by 1002 {"incident":"O-1","note":"Kaffet är slut"}
expect result held
expect deliveries hook cancelled 1
expect held 1 "slut"
refuse-release 1001 gone
expect none hook
read-held O-1
# Whose words they are now decides who may not release them.
refuse-release 1002 own
release 1000
expect request hook
expect body hook "slut"
expect no body hook "finns"
