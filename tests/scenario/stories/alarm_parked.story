# A message that is refused for good: one alarm for each channel and cause, until a person
# has dealt with the last one.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } repeat = "1h" }
answer ops 204
answer hook 422
event {"incident":"O-1","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
event {"incident":"O-2","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
expect request ops notice alarm kind parked subject hook cause "422 Unprocessable Content" times 1
expect text ops "budkavle channel retry hook"
expect none ops
answer hook 413
event {"incident":"O-3","kind":"power","status":"confirmed","next_word_at":<+300d>,"places":[{"name":"Lund"}]}
expect deliveries hook parked 3
expect request ops notice alarm kind parked cause "413 Content Too Large" times 1
expect none ops
at 1h
expect request ops times 2
expect request ops times 2
answer hook 204
retry hook parked
expect deliveries hook parked 0
expect request ops notice alarm_over over true
expect request ops notice alarm_over over true
expect none ops
expect calm
