# An estimate that moves ten minutes is not news; one that moves twenty is.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","etr":<+2h>,"places":[{"name":"Lund"}]}
expect request hook notice first
event {"incident":"O-1","etr":<+130min>}
expect none hook
event {"incident":"O-1","etr":<+141min>}
expect request hook notice etr_changed
