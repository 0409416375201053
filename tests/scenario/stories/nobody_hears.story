# Matches no route: accepted, and the answer says that nobody hears of it and why.
event {"incident":"O-1","kind":"power","status":"confirmed","audience":"staff","places":[{"name":"Lund"}]}
expect result applied messages 0
expect why "route"
expect none hook
expect incident O-1 confirmed
