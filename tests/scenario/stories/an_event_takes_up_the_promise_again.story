# After three promises that nobody kept the daemon is silent; any event shows that somebody
# is there, and what is said then promises a next word again.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Täby kyrkby"}]}
expect request hook notice first
at 5h
expect request hook notice lapsed
expect request hook notice lapsed
expect request hook notice lapsed sequence 4
expect none hook
event {"incident":"O-1","cause":"tree"}
expect request hook notice cause sequence 5
at 6h
expect request hook notice lapsed sequence 6
# A sign of life that is worth no word: the row of three begins anew.
at 6h 10min
event {"incident":"O-1","crew":"on_site"}
expect none hook
at 9h 5min
expect request hook notice lapsed sequence 7
expect request hook notice lapsed sequence 8
expect request hook notice lapsed sequence 9
at 2d
expect none hook
