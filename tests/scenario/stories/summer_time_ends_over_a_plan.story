# The night in which summer time ends, 25 October 2026, when an hour is lived through twice.
# A reminder comes a day of 24 hours and an hour before the work. A promise made in the hour
# that comes twice is kept an hour later, and the warning comes ten minutes before that.
clock -30d
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } }
answer ops 204
answer hook 204
event {"incident":"P-1","kind":"power","status":"planned","places":[{"name":"Lund"}],"planned":{"from":"2026-10-25T20:00:00+01:00","to":"2026-10-25T22:00:00+01:00"}}
expect request hook notice planned
expect text hook "söndag 25 oktober kl. 20.00-22.00"
at 5h 54min
expect none hook
at 5h 55min
expect request hook notice planned_1d
at 11h 25min
# 02.30 in summer time.
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Eslöv"}]}
expect request hook notice first
expect text hook "Nytt besked senast 02.30 vintertid."
at 12h 14min
expect none ops
at 12h 15min
expect request ops notice alarm kind promise_near cause "oms O-1 Eslöv: beskedet 02.30 vintertid"
at 12h 24min
expect none hook
at 12h 25min
# 02.30 once more.
expect request hook notice lapsed
expect text hook "Nytt besked senast 03.30"
event {"incident":"O-1","status":"restored"}
expect last hook
at 28h 54min
expect none hook
at 28h 55min
expect request hook notice planned_1h
at 29h 55min
expect request hook notice planned_started
expect text hook "Du har ström igen senast 22.00."
at 31h 55min
expect request hook notice lapsed
expect text hook "senast 22.00."
