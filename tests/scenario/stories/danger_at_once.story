# Contaminated water: the first word is the danger, and it says the rest too. A promise that
# passes says it again. When the incident is over and the advice still stands, people are
# told what holds, and hear of it until it is lifted.
answer hook 204
event {"incident":"W-1","kind":"water","status":"suspected","places":[{"name":"Lund"}],"started_at":<-1h>,"advice":["boil_water"],"cause":"contamination"}
expect request hook notice danger sequence 1
expect text hook "KOKA VATTNET i Lund."
expect text hook "Vi har inte bekräftat det än."
expect text hook "Vattnet kan vara osäkert att dricka sedan 13.05."
expect text hook "Orsak: Föroreningar i vattnet."
at 10min
event {"incident":"W-1","status":"confirmed"}
expect request hook notice first
expect text hook "Täby Nät: KOKA VATTNET innan du dricker det. Vattnet är inte säkert att dricka i Lund"
at 70min
expect request hook notice lapsed
expect text hook "KOKA VATTNET innan du dricker det."
event {"incident":"W-1","status":"restored"}
expect request hook notice restored
expect text hook "KOKA VATTNET innan du dricker det. Vattnet är tillbaka i Lund."
expect text hook "Nytt besked senast 16.15."
at 130min
expect request hook notice lapsed
expect text hook "KOKA VATTNET innan du dricker det."
event {"incident":"W-1","advice":null}
expect request hook notice danger_over
expect text hook "Du kan sluta koka vattnet i Lund."
expect no body hook "Nytt besked"
at 2d
expect none hook
