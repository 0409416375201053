# Work that had begun when it was announced is announced as begun; one that was moved while
# it runs has a new end, and its promise is the new one.
answer hook 204
event {"incident":"P-1","kind":"water","status":"planned","places":[{"name":"Lund"}],"planned":{"from":<-30min>,"to":<+2h>}}
expect request hook notice planned_started sequence 1
expect text hook "Du har vatten igen senast 16.05."
at 1h
event {"incident":"P-1","planned":{"from":<-30min>,"to":<+3h>}}
expect request hook notice planned_moved
at 2h
expect none hook
at 3h
expect request hook notice lapsed
expect text hook "senast 17.05"
event {"incident":"P-1","status":"restored"}
expect request hook notice planned_ended
# Moved shortly before it begins: what remains of the reminders is counted from the new time.
at 4h
event {"incident":"P-2","kind":"water","status":"planned","places":[{"name":"Lund"}],"planned":{"from":<+5h 20min>,"to":<+6h>}}
expect request hook notice planned
at 4h 20min
expect request hook notice planned_1h
at 5h 10min
event {"incident":"P-2","planned":{"from":<+8h>,"to":<+9h>}}
expect request hook notice planned_moved
at 6h 59min
expect none hook
at 7h
expect request hook notice planned_1h
at 8h
expect request hook notice planned_started
# As part of something else it says nothing more by itself.
event {"incident":"P-9","kind":"water","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
expect request hook notice first
event {"incident":"P-2","merge_into":"P-9"}
expect request hook notice merged
expect text hook "Vi stänger av vattnet i Lund"
at 12h
expect none hook
