# `confirmed` on planned work whose time has come is its beginning and no fault; said once,
# whoever is first to say it. An estimate beyond its end is a changed time.
answer hook 204
event {"incident":"P-1","kind":"power","status":"planned","places":[{"name":"Lund"}],"planned":{"from":<+2h>,"to":<+4h>}}
expect request hook notice planned
at 1h
expect request hook notice planned_1h
at 110min
event {"incident":"P-1","status":"confirmed"}
expect request hook notice planned_started
at 2h
expect none hook
at 150min
event {"incident":"P-1","etr":<+250min>}
expect request hook notice etr_changed
event {"incident":"P-1","etr":{"at":<+5h>,"reason":"Kabeln var skadad"}}
expect request hook notice etr_changed
expect text hook "Vi sa kl. 18.15. Nu räknar vi med kl. 19.05."
at 200min
event {"incident":"P-1","status":"restored"}
expect request hook notice planned_ended

event {"incident":"P-2","kind":"power","status":"planned","places":[{"name":"Eslöv"}],"planned":{"from":<+5h>,"to":<+6h>}}
expect request hook notice planned
at 5h
expect request hook notice planned_1h
expect request hook notice planned_started
event {"incident":"P-2","status":"confirmed"}
expect none hook
# Long before its time it is a fault.
event {"incident":"P-3","kind":"power","status":"planned","places":[{"name":"Höör"}],"planned":{"from":<+30h>,"to":<+32h>}}
expect request hook notice planned
event {"incident":"P-3","status":"confirmed"}
expect request hook notice first
