# The same event_id with other content is refused, and nothing changes.
answer hook 204
event {"event_id":"E1","incident":"O-1","kind":"power","status":"confirmed"}
refuse event_id {"event_id":"E1","incident":"O-1","kind":"power","status":"restored"}
expect incident O-1 confirmed messages 1
