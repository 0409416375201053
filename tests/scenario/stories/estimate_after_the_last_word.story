# Three promises have passed without an event, and the last word promised no other. It named a time all the same, and
# that does not pass in silence: it is the last thing said.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"etr":<+5h>}
expect request hook notice first
at 1h
expect request hook notice lapsed
at 2h
expect request hook notice lapsed
at 3h
expect request hook notice lapsed
at 5h
expect request hook notice lapsed
expect text hook "Vi räknade med att vara klara kl. 19.05. Den tiden har gått."
at 20h
expect none hook
