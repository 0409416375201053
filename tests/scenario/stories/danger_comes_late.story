# An event that was overtaken by a newer one brings the advice: it is told all the same.
# Planned work says it when it begins, and not before.
answer hook 204
event {"incident":"W-1","kind":"water","status":"confirmed","places":[{"name":"Lund"}],"at":<+0s>,"next_word_at":<+30d>}
expect request hook notice first
event {"incident":"W-1","advice":["boil_water"],"at":<-10min>}
expect request hook notice danger
event {"incident":"P-1","kind":"water","status":"planned","places":[{"name":"Dalby"}],"planned":{"from":<+2h>,"to":<+4h>},"advice":["boil_water"]}
expect request hook notice planned
expect no body hook "KOKA"
at 1h
expect request hook notice planned_1h
expect no body hook "KOKA"
at 2h
expect request hook notice planned_started
expect text hook "Täby Nät: KOKA VATTNET innan du dricker det. Nu stänger vi av vattnet i Dalby."
at 3h
event {"incident":"P-1","status":"restored"}
expect request hook notice planned_ended
expect text hook "KOKA VATTNET innan du dricker det. Arbetet är klart. Vattnet är tillbaka i Dalby"
at 3h 30min
event {"incident":"P-1","advice":[]}
expect request hook notice danger_over
at 5d
expect none hook
