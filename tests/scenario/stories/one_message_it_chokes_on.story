# The peer answers 500 to one message, again and again. That says nothing of the others.
event {"incident":"O-1","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
answer hook 500
at 2h
answer hook nothing
expect deliveries hook pending 1
event {"incident":"O-2","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
at 2h 1s
answer hook 204
at 2h 1s
expect deliveries hook delivered 1
