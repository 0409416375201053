# The sender's system says the old value again with a newer revision: that is an event like any other.
answer hook 204
event {"incident":"O-1","revision":4,"kind":"power","status":"confirmed","places":[{"name":"Lund"}],"etr":<+2h>}
expect request hook notice first
correct O-1 {"etr":<+5h>}
expect request hook notice correction
event {"incident":"O-1","revision":3,"etr":<+2h>}
expect result outdated
expect none hook
event {"incident":"O-1","revision":5,"etr":<+2h>}
expect request hook notice etr_changed
