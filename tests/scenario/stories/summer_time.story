# Nobody answers in the night when summer time begins. Every pause is as long as in any
# other night, and no more than one probe a minute goes out.
at 124d 8h
answer hook refused
event {"incident":"O-1","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
at 124d 14h
expect deliveries hook pending 1
answer hook 204
at 124d 14h 2min
expect deliveries hook delivered 1
