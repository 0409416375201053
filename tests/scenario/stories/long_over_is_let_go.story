# What ended long ago is let go: bodies first, then records, then the incident. A repeat is known as such until then, and refused by its time after.
reload keep = "10d" keep_events = "2d" keep_deliveries = "5d"
answer hook 204
event {"event_id":"e1","at":<+0s>,"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"event_id":"e2","at":<+1min>,"incident":"O-1","status":"restored"}
expect request hook notice first
expect request hook notice restored
expect deliveries hook delivered 2
event {"event_id":"e3","at":<+1min>,"incident":"O-2","kind":"water","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
expect request hook notice first
# Bodies of O-1 are gone now, and its identity is not.
at 3d
event {"event_id":"e1","at":<+0s>,"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect result repeat
# Its records too; their count stays.
at 6d
expect deliveries hook delivered 3
event {"event_id":"e2","at":<+1min>,"incident":"O-1","status":"restored"}
expect result repeat
at 9d 23h
expect incident O-1 restored messages 2
at 11d
expect deliveries hook delivered 1
refuse at {"event_id":"e1","at":<+0s>,"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
# What is open stays, whatever its age, and hears of old times as well.
expect incident O-2 confirmed messages 1
event {"event_id":"e4","at":<+2min>,"incident":"O-2","status":"restored"}
expect request hook notice restored previous 1 sequence 2
# The number is free for a new incident, which is another one.
event {"event_id":"e5","incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook notice first sequence 1 previous 0
expect none hook
