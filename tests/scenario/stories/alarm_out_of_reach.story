# Out of reach for half an hour is worth an alarm; less is not, nor is a crash meanwhile.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } repeat = "1h" }
answer ops 204
answer hook refused
event {"incident":"O-1","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
at 29min
expect none ops
at 30min
expect request ops notice alarm kind channel_down subject hook times 1
crash
at 70min
expect none ops
answer hook 204
at 89min
expect request ops notice alarm_over kind channel_down
expect none ops
expect calm
