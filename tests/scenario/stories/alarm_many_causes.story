# Eight causes on one channel are told; a ninth is not, nor is any of them said to be over
# because of it.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } repeat = "1d" }
answer ops 204
answer hook 405
event {"incident":"O-405","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
expect request ops notice alarm kind parked times 1
answer hook 406
event {"incident":"O-406","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
expect request ops notice alarm kind parked times 1
answer hook 409
event {"incident":"O-409","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
expect request ops notice alarm kind parked times 1
answer hook 413
event {"incident":"O-413","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
expect request ops notice alarm kind parked times 1
answer hook 415
event {"incident":"O-415","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
expect request ops notice alarm kind parked times 1
answer hook 418
event {"incident":"O-418","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
expect request ops notice alarm kind parked times 1
answer hook 422
event {"incident":"O-422","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
expect request ops notice alarm kind parked times 1
answer hook 431
event {"incident":"O-431","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
expect request ops notice alarm kind parked times 1
answer hook 400
event {"incident":"O-400","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
expect deliveries hook parked 9
expect none ops
at 1h
expect none ops
