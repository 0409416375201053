# Dead addresses are counted: one alarm a day says how many are new.
reload channel "people" { driver = "email"  relay = "smtp://lists.example:25"  from = "drift@example.se" hold_down = "0s"  to = { "a@example.se", "b@example.se", "c@example.se" } } route "people" { statuses = { "confirmed" } channels = { "people" } }
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } }
answer ops 204
answer hook 204
answer people 550 550 5.1.1 no such user
event {"incident":"O-1","kind":"power","status":"confirmed","next_word_at":<+60d>,"places":[{"name":"Lund"}]}
expect deliveries people undeliverable 3
expect none ops
at 1min
expect request ops notice alarm kind undeliverable subject people count 3 times 1
expect text ops "Dead addresses on channel people: 3 more"
expect none ops
at 2h
event {"incident":"O-2","kind":"power","status":"confirmed","next_word_at":<+60d>,"places":[{"name":"Lund"}]}
at 24h
expect none ops
at 25h
expect request ops kind undeliverable count 3 times 2
expect none ops
at 72h
expect none ops
expect calm
