# A channel that joins is told all; what the others were promised stays promised.
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":20,"places":[{"name":"Lund"}]}
expect request hook notice first
expect none mail
at 40min
event {"incident":"O-1","customers_affected":90}
expect request mail
expect body mail "Next word by 15:05"
expect none hook
at 60min
expect request hook notice lapsed
expect request mail
expect body mail "We promised word at 15:05"
