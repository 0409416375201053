# The end arrives before the beginning. The state is right, nobody is told that the power
# went after it came back.
answer hook 204
event {"incident":"O-1","revision":3,"kind":"power","status":"restored","ended_at":<-1min>,"places":[{"name":"Lund"}]}
expect request hook notice restored
event {"incident":"O-1","revision":2,"kind":"power","status":"confirmed","cause":"tree"}
expect result applied messages 0
event {"incident":"O-1","revision":1,"kind":"power","status":"confirmed"}
expect result outdated messages 0
expect none hook
expect incident O-1 restored messages 1
