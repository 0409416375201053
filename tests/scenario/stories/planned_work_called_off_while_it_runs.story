# Called off before it began, it does not take place. Called off while it runs, nobody is
# told that the power was never off: the work was broken off, and people are asked.
answer hook 204
event {"incident":"P-1","kind":"power","status":"planned","places":[{"name":"Lund"}],"planned":{"from":<+2h>,"to":<+4h>}}
event {"incident":"P-2","kind":"power","status":"planned","places":[{"name":"Eslöv"}],"planned":{"from":<+3h>,"to":<+4h>}}
expect request hook notice planned
expect request hook notice planned
at 1h
expect request hook notice planned_1h
at 2h
expect last hook
at 130min
event {"incident":"P-1","status":"cancelled"}
expect request hook notice planned_ended
expect text hook "Vi har avbrutit arbetet i Lund. Har du ström hemma?"
expect no body hook "inte av strömmen"
expect no body hook "Strömmen är tillbaka"
event {"incident":"P-2","status":"cancelled"}
expect request hook notice planned_off
at 2d
expect none hook
