# The control room's export sends the same event again: nothing happens.
answer hook 204
event {"event_id":"E1","incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect result applied messages 1
expect request hook
event {"event_id":"E1","incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect result repeat messages 0
expect none hook
expect incident O-1 confirmed messages 1
