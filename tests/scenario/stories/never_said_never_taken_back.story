# Cancelled before anything was said: nothing is said.
event {"incident":"O-1","kind":"power","status":"cancelled","places":[{"name":"Lund"}]}
expect result applied messages 0
expect none hook
