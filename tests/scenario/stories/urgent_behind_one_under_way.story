# Something urgent is said while an older word of the same incident is under way. The peer
# asks for six hours: the older one waits no longer than what is urgent behind it may.
event {"incident":"O-1","kind":"power","status":"confirmed","next_word_at":<+9d>,"places":[{"name":"Lund"}]}
expect request hook notice first
event {"incident":"O-1","severity":"extreme","cause":"fire"}
reply hook 503 Retry-After: 21600
expect deliveries hook pending 2
at 14min 59s
expect none hook
at 15min 1s
expect request hook sequence 1
reply hook 204
expect request hook sequence 2 notice cause
reply hook 204
expect deliveries hook delivered 2
