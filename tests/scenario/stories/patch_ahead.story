# A patch comes before its incident is known: it waits, and is part of the first word.
answer hook 204
event {"incident":"O-1","revision":2,"cause":"digging","crew":"on_site"}
expect result waiting messages 0
expect incident O-1 waiting
at 2min
event {"incident":"O-1","revision":1,"kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect result applied messages 1
expect request hook notice first
expect incident O-1 confirmed messages 1
