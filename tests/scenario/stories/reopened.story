# Restored too early: the power is gone again, and the text says so.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook notice first
at 30min
event {"incident":"O-1","status":"restored","ended_at":<+29min>}
expect request hook notice restored
at 40min
event {"incident":"O-1","status":"confirmed","ended_at":null}
expect request hook notice reopened sequence 3 previous 2
expect incident O-1 confirmed messages 3
