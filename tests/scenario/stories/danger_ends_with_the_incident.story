# The advice is lifted in the same breath as the incident ends: one notice says both, and it
# is urgent. An incident that is cancelled takes its advice back with it.
answer hook 204
event {"incident":"W-1","kind":"water","status":"confirmed","cause":"contamination","places":[{"name":"Lund"}],"advice":["boil_water"]}
expect request hook notice danger
room urgent
event {"incident":"W-1","status":"restored","advice":[]}
room bulk
expect request hook notice restored
expect text hook "Vattnet går att dricka igen i Lund. Du kan sluta koka vattnet."
event {"incident":"W-2","kind":"water","status":"confirmed","places":[{"name":"Lund"}],"advice":["boil_water"]}
expect request hook notice danger
event {"incident":"W-2","status":"cancelled"}
expect warning "takes it back"
expect request hook notice false_alarm
expect text hook "Vi hade fel kl. 14.05. Vattnet går att dricka i Lund. Du kan sluta koka vattnet."
event {"incident":"W-2","status":"confirmed"}
expect request hook notice danger
event {"incident":"W-2","status":"cancelled","advice":[]}
expect request hook notice false_alarm
expect text hook "Vattnet går att dricka i Lund. Du kan sluta koka vattnet."
# A part of another one still says what becomes of its danger.
event {"incident":"W-3","kind":"water","status":"confirmed","places":[{"name":"Dalby"}],"advice":["do_not_drink"]}
expect request hook notice danger
event {"incident":"W-4","kind":"water","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook notice first
event {"incident":"W-3","merge_into":"W-4"}
expect request hook notice merged
event {"incident":"W-3","crew":"on_site"}
expect none hook
event {"incident":"W-3","advice":[]}
expect request hook notice danger_over
event {"incident":"W-4","status":"restored"}
expect request hook notice restored
at 2d
expect none hook
