# A program's exit codes are its answers: later, not allowed, done.
reload channel "siren" { driver = "exec" command = { "/bin/true" } } \
       route "siren" { channels = { "siren" } }
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request siren notice first sequence 1
reply siren 75
expect deliveries siren pending 1
at 20min
expect request siren notice first sequence 1
reply siren 0
expect deliveries siren delivered 1
event {"incident":"O-1","revision":2,"kind":"power","status":"restored","places":[{"name":"Lund"}]}
expect request siren notice restored sequence 2
reply siren 78
expect channel siren paused
expect deliveries siren parked 1
