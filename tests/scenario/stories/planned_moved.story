answer hook 204
event {"incident":"P-1","kind":"water","status":"planned","places":[{"name":"Vallentuna"}],"planned":{"from":<+5d>,"to":<+5d 3h>}}
expect request hook notice planned
at 1h
event {"incident":"P-1","planned":{"from":<+6d>,"to":<+6d 3h>}}
expect request hook notice planned_moved
at 2h
event {"incident":"P-1","status":"cancelled"}
expect request hook notice planned_off
at 7d
expect none hook
