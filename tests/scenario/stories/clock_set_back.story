# Nobody answers, and then the clock is set back an hour. What had been put off by the old
# time waits no longer than its own pause, and once more when the clock is right again.
answer hook refused
event {"incident":"O-1","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
at 10s
clock -1h
answer hook 204
at 12min
expect deliveries hook delivered 1
answer hook refused
event {"incident":"O-2","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
clock +1h
answer hook 204
at 24min
expect deliveries hook delivered 2
