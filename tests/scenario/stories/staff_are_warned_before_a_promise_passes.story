# Ten minutes before a promised word passes staff are told whose it is; and that it is taken
# up. When nobody takes it up the public is told that nothing is new, and staff that a
# promise has passed; after three of them another alarm says that a person must find out.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } repeat = "30min" }
answer ops 204
answer hook 204
event {"incident":"TB-1","kind":"power","status":"confirmed","places":[{"name":"Täby"}]}
expect request hook notice first
at 49min
expect none ops
expect calm
at 50min
expect request ops notice alarm kind promise_near cause "oms TB-1 Täby: beskedet 15.05" times 1
expect text ops "Löften till kunder är på väg att passera sedan 14.55. oms TB-1 Täby: beskedet 15.05."
expect alarm promise_near "" times 1
at 55min
event {"incident":"TB-1","etr":<+9h>}
expect request hook notice etr_set
expect request ops notice alarm_over kind promise_near
expect calm
at 105min
expect request ops notice alarm kind promise_near cause "oms TB-1 Täby: beskedet 16.00" times 1
at 115min
expect request hook notice lapsed
expect request ops notice alarm cause "oms TB-1 Täby: ett löfte har passerat, nästa 17.00" times 2
at 144min
expect none ops
at 145min
expect request ops times 3
at 175min
expect request hook notice lapsed
expect request ops times 4
at 205min
expect request ops times 5
# A patch that is worth no notice shows that somebody is there.
event {"incident":"TB-1","crew":"on_site"}
expect none hook
expect request ops notice alarm_over kind promise_near
expect calm
