# The night in which summer time begins, 28 March 2027, when an hour is not lived through.
# Reminders count hours, and a promise made at 01.30 for an hour later is for 03.30.
at 124d 6h
answer hook 204
event {"incident":"P-1","kind":"power","status":"planned","places":[{"name":"Lund"}],"planned":{"from":"2027-03-28T21:30:00+02:00","to":"2027-03-28T23:00:00+02:00"}}
expect request hook notice planned
at 124d 6h 24min
expect none hook
at 124d 6h 25min
expect request hook notice planned_1d
at 124d 11h 25min
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Eslöv"}]}
expect request hook notice first
expect text hook "Nytt besked senast 03.30"
at 124d 12h 24min
expect none hook
at 124d 12h 25min
expect request hook notice lapsed
expect text hook "Vi lovade besked kl. 03.30."
event {"incident":"O-1","status":"restored"}
expect last hook
at 125d 5h 24min
expect none hook
at 125d 5h 25min
expect request hook notice planned_1h
at 125d 6h 25min
expect request hook notice planned_started
expect text hook "Du har ström igen senast 23.00."
event {"incident":"P-1","status":"restored"}
expect request hook notice planned_ended
