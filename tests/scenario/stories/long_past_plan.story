# Planned work that was over two hours ago is not announced.
event {"incident":"P-1","kind":"power","status":"planned","places":[{"name":"Lund"}],"planned":{"from":<-5h>,"to":<-2h>}}
expect result applied messages 0
expect none hook
