# A pause of ten days is heeded for one day; urgent words wait a quarter of an hour, and
# when they are taken the others go too.
event {"incident":"O-1","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
expect request hook
reply hook 503 Retry-After: 864000
at 1min
event {"incident":"O-2","kind":"power","status":"confirmed","next_word_at":<+300d>,"severity":"extreme","places":[{"name":"Lund"}]}
event {"incident":"O-3","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
at 14min 59s
expect none hook
at 15min 1s
expect request hook
expect none hook
reply hook 204
expect request hook
expect none hook
answer hook 204
expect deliveries hook delivered 2
at 23h 59min
expect deliveries hook delivered 2
at 24h 1min
expect deliveries hook delivered 3
