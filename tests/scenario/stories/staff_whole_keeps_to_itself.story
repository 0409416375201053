# A public part of a whole that is for staff: the public does not hear of the whole.
answer hook 204
event {"incident":"P","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook notice first
event {"incident":"S","kind":"power","status":"confirmed","audience":"staff","places":[{"name":"Dalby"}]}
event {"incident":"P","merge_into":"S"}
expect request hook notice merged
event {"incident":"S","etr":<+2h>,"note":"Bara för oss"}
expect none hook
