# A real incident does not reach a channel that is not live.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook
expect none drill
