# Dangerous advice and words of a person that were never said are no correction: they wait for a second person.
reload access { approve = { "user:root" } }
answer hook 204
event-by 1000 {"incident":"W-1","kind":"water","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook notice first
correct W-1 {"advice":["boil_water"],"note":"Ring Kalle."}
expect none hook
expect held 1 "KOKA"
