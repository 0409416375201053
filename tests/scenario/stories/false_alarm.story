# Cancelled: we were wrong, and say so where we had said it.
answer hook 204
event {"incident":"O-1","kind":"power","status":"suspected","places":[{"name":"Lund"}]}
expect request hook notice suspected
event {"incident":"O-1","status":"cancelled"}
expect request hook notice false_alarm
