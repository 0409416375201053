# The work was to be over, and nobody says that it is: that is a promise that passed. What
# was promised is said, and that nothing is known; never that the power is back.
answer hook 204
event {"incident":"P-1","kind":"power","status":"planned","places":[{"name":"Vallentuna"}],"planned":{"from":<+2h>,"to":<+4h>,"work":"Vi byter en transformator"}}
expect request hook notice planned
at 1h
expect request hook notice planned_1h
at 2h
expect request hook notice planned_started
at 3h 59min
expect none hook
at 4h
expect request hook notice lapsed
expect text hook "Vi skulle vara klara med arbetet i Vallentuna senast 18.05."
expect text hook "Vi vet inget nytt än. Har du ström hemma?"
expect text hook "Nytt besked senast 19.05."
expect text hook "We said that the work in Vallentuna would be done by 18:05."
expect no body hook "Strömmen är"
expect no body hook "Vi söker felet"
at 5h
expect request hook notice lapsed
at 6h
expect request hook notice lapsed
expect text hook "Vi skriver igen när vi vet mer"
at 3d
expect none hook
event {"incident":"P-1","status":"restored"}
expect request hook notice planned_ended
