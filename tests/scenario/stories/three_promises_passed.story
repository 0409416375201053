# After three notices that nothing is new only staff are told, until an event comes.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } repeat = "1d" }
answer ops 204
answer hook 204
event {"incident":"TB-1","kind":"power","status":"confirmed","places":[{"name":"Täby"}]}
at 179min
expect last ops
expect last hook
at 180min
expect request hook notice lapsed sequence 4
expect request ops notice alarm_over kind promise_near
expect request ops notice alarm kind lapsed cause "oms TB-1 Täby: tre löften har passerat utan händelse, en människa måste ta reda på läget"
at 1d
expect none hook
expect none ops
at 27h
expect request ops notice alarm kind lapsed times 2
crash
expect none ops
event {"incident":"TB-1","crew":"on_site"}
expect none hook
expect request ops notice alarm_over kind lapsed
expect calm
