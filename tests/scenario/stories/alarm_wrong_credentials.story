# 401: told over another channel at once, again every 15 min, and once more when the
# channel works again.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops", "hook" } }
answer ops 204
event {"incident":"O-1","kind":"power","status":"confirmed","next_word_at":<+60d>,"places":[{"name":"Lund"}]}
reply hook 401
expect channel hook paused
# The row that the fault parked is not told of a second time, and the channel that the
# alarm is about is not used for it.
expect request ops notice alarm sequence 1 previous 0 kind channel_paused subject hook cause "401 Unauthorized" over false times 1 waiting 1
expect text ops "hook står still på grund av ett fel sedan 14.05"
expect text ops "budkavle channel resume hook"
expect text ops "1 message waits"
expect body ops "daemon.alarm"
expect none ops
expect alarm channel_paused hook times 1
at 14min
expect none ops
at 15min
expect request ops notice alarm sequence 2 previous 1 times 2 since "2026-11-23T13:05:00Z"
at 46min
expect request ops times 3
expect request ops times 4
expect none ops
resume hook
expect none ops
expect request hook sequence 1
expect request hook sequence 1
expect none hook
reply hook 204
expect request ops notice alarm_over sequence 5 over true kind channel_paused subject hook
expect text ops "inte längre still"
expect none ops
expect none hook
expect calm
at 3h
expect none ops
expect incident O-1 confirmed messages 1
