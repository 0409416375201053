# Planned work four days ahead: announced at once, then three days, one day and one hour
# before, when it begins, and when it has ended.
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
at 95h 59min
expect none hook
at 96h
expect request hook notice planned_started sequence 5
expect text hook "Nu stänger vi av strömmen i Vallentuna. Du har ström igen senast 17.05."
expect text hook "We are turning off the power now in Vallentuna."
at 98h 30min
event {"incident":"P-1","status":"restored"}
expect request hook notice planned_ended sequence 6
expect text hook "Arbetet är klart. Strömmen är tillbaka i Vallentuna"
expect text hook "Har du ström hemma?"
at 10d
expect none hook
