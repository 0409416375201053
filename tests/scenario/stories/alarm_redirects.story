# Ten redirects in a row: the address has moved.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } repeat = "30d" }
answer ops 204
answer hook 301
event {"incident":"O-1","kind":"power","status":"confirmed","next_word_at":<+60d>,"places":[{"name":"Lund"}]}
expect none ops
at 12h
expect request ops notice alarm kind redirects subject hook cause "301 Moved Permanently"
answer hook 204
at 13h
expect deliveries hook delivered 1
