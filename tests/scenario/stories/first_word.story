# The first word goes out before all is known: place, since when, and the next word.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Täby kyrkby"}],"started_at":<-17min>}
expect result applied messages 1
expect request hook notice first sequence 1 previous 0 status confirmed
expect text hook "Täby kyrkby"
expect text hook "13.48"
expect text hook "15.05"
expect deliveries hook delivered 1
