# The order to boil the water comes later than the first word, and is lifted again: both
# are said. A slip in the key is told to the sender.
answer hook 204
event {"incident":"W-1","kind":"water","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook notice first
event {"incident":"W-1","advice":["boil_watr"]}
expect warning "boil_watr"
expect request hook
event {"incident":"W-1","advice":["boil_water"]}
expect request hook
expect text hook "Koka"
event {"incident":"W-1","advice":[]}
expect request hook
