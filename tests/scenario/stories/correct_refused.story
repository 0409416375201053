# A patch is checked as an event is, and a name that is misspelt is not kept in silence.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook notice first
no-correct "is taken back with retract" O-1 {"status":"cancelled"}
no-correct "cannot be corrected" O-1 {"palces":[{"name":"Malmo"}]}
no-correct "cannot be corrected" O-1 {"mode":"exercise"}
no-correct "names no field" O-1 {}
no-correct "etr" O-1 {"etr":"soon"}
no-correct "nothing differs" O-1 {"status":"confirmed"}
expect none hook
# What was never said is not wrong: it is news.
correct O-1 {"cause":"tree"}
expect request hook notice cause
