# A service that refuses the key stops nobody else; a subscription made for another key is left out after the third time.
secret yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw
list {"endpoint":"https://a.push.example/1","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}} {"endpoint":"https://b.push.example/2","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}} {"endpoint":"https://c.push.example/3","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}
reload channel "push" { driver = "webpush"  subscriptions_file = "@DIR@/list.txt"  vapid_key_file = "@DIR@/secret.txt"  subject = "mailto:drift@example.se"  hold_down = "0s"  concurrency = 1 } route "push" { min_customers = 50 channels = { "push" } }
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } }
answer hook 204
answer mail 250
answer ops 204
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"next_word_at":<+20d>,"places":[{"name":"Taby"}]}
expect request push
expect asked push POST "https://a.push.example/1"
reply push 401
expect channel push up
expect request push
expect asked push POST "https://b.push.example/2"
reply push 403
expect request push
expect asked push POST "https://c.push.example/3"
reply push 201
expect deliveries push parked 1
expect deliveries push delivered 1
expect deliveries push pending 1
answer push 403
at 2h
expect deliveries push undeliverable 1
expect deliveries push parked 1
expect channel push up
expect last ops
expect alarm parked push
answer push 201
event {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":90,"next_word_at":<+20d>,"places":[{"name":"Taby"}]}
expect deliveries push delivered 3
retry push parked
at 3h
expect deliveries push delivered 4
expect deliveries push parked 0
