# Too little room: bulk is turned away first, then the rest; what is urgent goes on, and
# nothing of what was turned away is left behind.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook sequence 1
room normal
no-room {"incident":"O-2","kind":"power","status":"confirmed","severity":"minor","places":[{"name":"Lund"}]}
no-room {"incident":"P-1","kind":"power","status":"planned","planned":{"from":<+4h>,"to":<+6h>},"places":[{"name":"Lund"}]}
expect none hook
event {"incident":"O-3","customers_affected":13,"kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook customers_affected 13
room urgent
no-room {"incident":"O-4","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
no-room {"incident":"O-1","customers_affected":12}
expect none hook
event {"incident":"O-5","customers_affected":15,"kind":"power","status":"confirmed","severity":"severe","places":[{"name":"Lund"}]}
expect request hook customers_affected 15
# A batch is as urgent as its most urgent event, and is taken whole.
event [{"incident":"O-6","customers_affected":16,"kind":"power","status":"confirmed","places":[{"name":"Lund"}]},{"incident":"O-7","customers_affected":17,"kind":"power","status":"confirmed","severity":"extreme","places":[{"name":"Lund"}]}]
expect request hook customers_affected 17
expect request hook customers_affected 16
# What an urgent incident becomes is urgent, though nothing is said of it.
event {"incident":"O-5","crew":"on_site"}
expect none hook
# It was all a mistake: that is urgent as well.
event {"incident":"O-3","status":"cancelled"}
expect request hook customers_affected 13 notice false_alarm
# Sent again when there is room: they are new.
room bulk
event {"incident":"O-2","kind":"power","status":"confirmed","severity":"minor","places":[{"name":"Lund"}]}
expect result applied messages 1
expect request hook sequence 1 previous 0
event {"incident":"O-1","customers_affected":12}
expect result applied
