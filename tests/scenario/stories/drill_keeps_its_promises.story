# What the daemon says by itself of a drill stays in the drill: promises that pass, planned work that comes near.
answer drill 204
event {"incident":"X-1","mode":"exercise","kind":"power","status":"confirmed","customers_affected":5000,"places":[{"name":"Lund"}]}
expect request drill notice first
expect text drill "ÖVNING: Täby Nät: Strömmen är borta i Lund."
expect text drill "EXERCISE: Täby Nät: The power is off in Lund."
event {"incident":"X-2","mode":"exercise","kind":"power","status":"planned","planned":{"from":<+26h>,"to":<+28h>},"places":[{"name":"Lund"}]}
expect request drill notice planned
at 61min
expect request drill notice lapsed
expect text drill "ÖVNING: Täby Nät: Strömmen är borta i Lund."
expect text drill "Vi lovade besked kl. 15.05."
at 2h 5min
expect request drill notice lapsed
expect text drill "EXERCISE: Täby Nät:"
at 24h 30min
expect last drill
at 25h 30min
expect request drill notice planned_1h
expect text drill "ÖVNING: Täby Nät: Vi stänger av strömmen i Lund"
expect none hook
expect none mail
