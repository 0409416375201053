# The web hook heard of ten minutes more; the mail did not, and hears of it when the time that it was told has come.
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Lund"}],"etr":<+30min>}
expect request mail
at 10min
event {"incident":"O-1","etr":<+40min>}
expect request hook
expect request hook notice etr_changed
expect text hook "Next word by 14:35"
expect none mail
at 30min
expect request mail
expect body mail "We expected it at 14:35"
expect body mail "14:45"
