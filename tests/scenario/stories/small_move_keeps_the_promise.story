# A move that not all channels hear of does not put off the word that all were promised, nor the time that was told.
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Lund"}],"etr":<+2h>}
expect request mail
expect request hook notice first
at 50min
event {"incident":"O-1","etr":<+125min>}
expect request hook notice etr_changed
expect text hook "Next word by 15:05"
expect none mail
at 59min
expect none mail
at 60min
expect request hook notice lapsed
expect request mail
expect body mail "We expected it at 16:05"
expect body mail "16:10"
