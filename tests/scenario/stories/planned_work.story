# Planned work four days ahead: announced at once, then three days, one day and one hour before.
answer hook 204
event {"incident":"P-1","kind":"power","status":"planned","places":[{"name":"Vallentuna"}],"planned":{"from":<+4d>,"to":<+4d 3h>,"work":"Vi byter en transformator"}}
expect request hook notice planned sequence 1
at 23h
expect none hook
at 25h
expect request hook notice planned_3d sequence 2
at 71h
expect none hook
at 73h
expect request hook notice planned_1d sequence 3
at 95h
expect request hook notice planned_1h sequence 4
expect text hook "14.05"
at 100h
expect none hook
