# What cannot be taken back says why; planned work is called off; nobody had heard of a matter that no route takes.
answer hook 204
event {"incident":"W-1","places":[{"name":"Lund"}]}
no-retract "waits for its kind or status" W-1
no-correct "waits for its kind or status" W-1 {"places":[{"name":"Malmo"}]}
no-retract "there is no incident" X-9
event {"incident":"P-1","kind":"power","status":"planned","places":[{"name":"Lund"}],"planned":{"from":<+2d>,"to":<+50h>}}
expect request hook notice planned
retract P-1
expect request hook notice planned_off
event {"incident":"A-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"B-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"B-1","merge_into":"A-1"}
expect request hook notice first
expect request hook notice first
expect request hook notice merged
no-retract "part of" B-1
event {"incident":"A-1","status":"restored"}
expect request hook notice restored
retract A-1
expect request hook notice false_alarm
event {"incident":"S-1","kind":"power","status":"confirmed","audience":"staff","places":[{"name":"Lund"}]}
retract S-1
expect none hook
expect incident S-1 cancelled messages 0
