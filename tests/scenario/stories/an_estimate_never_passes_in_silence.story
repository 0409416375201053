# The estimate is before the promised word: its passing is what is said.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Täby kyrkby"}],"etr":{"at":<+30min>}}
expect request hook notice first
expect text hook "14.35"
at 29min
expect none hook
at 30min
expect request hook notice lapsed sequence 2
expect text hook "Vi räknade med att vara klara kl. 14.35. Den tiden har gått."
expect text hook "Nytt besked senast 15.35"
at 80min
event {"incident":"O-1","etr":{"at":<+3h>,"reason":"Det är två fel"}}
expect request hook notice etr_changed sequence 3
at 90min
event {"incident":"O-1","status":"restored"}
expect request hook notice restored sequence 4
at 1d
expect none hook
