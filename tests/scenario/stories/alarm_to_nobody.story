# Without channels for alarms they are in the status and the journal, and nowhere else.
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook
reply hook 401
expect alarm channel_paused hook times 1
at 31min
expect alarm channel_paused hook times 3
expect none hook
expect none mail
expect none drill
answer hook 204
resume hook
expect calm
