# A browser that unsubscribed answers 410: it is left out from then on, the others get theirs, and a person may bring it back.
secret yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw
list {"endpoint":"https://a.push.example/1","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}} {"keys":{"auth":"BTBZMqHH6r4Tts7J_aSIgg","p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"},"expirationTime":null,"endpoint":"https://b.push.example/2"} {"endpoint":"https://c.push.example/3"}
reload channel "push" { driver = "webpush"  subscriptions_file = "@DIR@/list.txt"  vapid_key_file = "@DIR@/secret.txt"  subject = "mailto:drift@example.se"  hold_down = "0s"  concurrency = 1 } route "push" { min_customers = 50 channels = { "push" } }
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"next_word_at":<+20d>,"places":[{"name":"Taby"}]}
expect request push
expect asked push POST "https://a.push.example/1"
reply push 201
expect request push
expect asked push POST "https://b.push.example/2"
reply push 410
expect none push
expect deliveries push delivered 1
expect deliveries push undeliverable 1
expect channel push up
answer push 201
event {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":90,"next_word_at":<+20d>,"places":[{"name":"Taby"}]}
expect deliveries push delivered 2
expect deliveries push undeliverable 1
crash
take-back push {"endpoint":"https://b.push.example/2","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}
event {"incident":"O-3","kind":"power","status":"confirmed","customers_affected":90,"next_word_at":<+20d>,"places":[{"name":"Taby"}]}
expect deliveries push delivered 4
expect deliveries push pending 0
