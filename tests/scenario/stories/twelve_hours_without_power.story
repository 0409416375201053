# After twelve hours without power people are told of their right, once; the promise that
# was given before stands. Not for planned work, other kinds, or who has power again.
reload rights_12h = true
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","next_word_at":<+20h>,"started_at":<-2h>,"places":[{"name":"Täby kyrkby"}]}
event {"incident":"O-2","kind":"power","status":"confirmed","next_word_at":<+20h>,"places":[{"name":"Lund"}]}
event {"incident":"O-3","kind":"water","status":"confirmed","next_word_at":<+20h>,"places":[{"name":"Eslöv"}]}
event {"incident":"O-4","kind":"power","status":"confirmed","next_word_at":<+20h>,"places":[{"name":"Höör"}]}
event {"incident":"O-5","kind":"power","status":"planned","places":[{"name":"Hörby"}],"planned":{"from":<-1h>,"to":<+20h>}}
expect last hook
at 9h 59min
expect none hook
at 10h
expect request hook notice rights_12h
expect text hook "12 timmar i rad utan ström i Täby kyrkby ger dig oftast rätt till ersättning."
expect text hook "Har du inte fått den inom sex månader: hör av dig inom två år."
expect text hook "Nytt besked senast 10.05."
expect text hook "within two years"
at 11h
event {"incident":"O-4","status":"restored"}
expect request hook notice restored
at 11h 59min
event {"incident":"O-2","status":"partly_restored","next_word_at":<+20h>}
expect request hook notice partly_restored
at 12h
expect request hook notice rights_12h
expect text hook "i Lund ger dig"
at 19h
expect none hook
# The moment was two hours before it was heard of: too late for that. Half an hour: not.
event {"incident":"O-6","kind":"power","status":"confirmed","next_word_at":<+30h>,"started_at":<+5h>,"places":[{"name":"Lund"}]}
expect request hook notice first
expect none hook
event {"incident":"O-7","kind":"power","status":"confirmed","next_word_at":<+30h>,"started_at":<+6h 30min>,"places":[{"name":"Lund"}]}
expect request hook notice first
expect request hook notice rights_12h
expect none hook
