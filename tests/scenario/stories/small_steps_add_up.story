# Ten minutes three times over are half an hour: what counts is what was said.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","etr":<+2h>,"places":[{"name":"Lund"}]}
expect request hook notice first
event {"incident":"O-1","etr":<+130min>}
expect none hook
event {"incident":"O-1","etr":<+140min>}
expect request hook notice etr_changed
