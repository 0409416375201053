# An exercise reaches the drill channel only, and says what it is.
answer drill 204
event {"incident":"X-1","mode":"exercise","kind":"power","status":"confirmed","customers_affected":5000,"places":[{"name":"Lund"}]}
expect result applied messages 1
expect request drill notice first
expect text drill "ÖVNING"
expect none hook
expect none mail
event {"incident":"X-1","status":"restored"}
expect request drill notice restored
expect none hook
