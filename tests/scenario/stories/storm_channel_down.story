# The channel is out of reach during a storm: when it is back it gets one summary, the
# newest, and no rush of old ones; all that was held is covered by it.
reload storm { channels = { "press" } } \
  channel "press" { driver = "webhook" url = "https://press.example/h" backlog = "catch_up" } \
  route "press" { channels = { "press" } }
answer hook 204
answer press refused
event [{"incident":"O-1","kind":"power","status":"confirmed","customers_affected":10,"next_word_at":<+9h>,"places":[{"name":"Lund"}]}, \
  {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":10,"next_word_at":<+9h>,"places":[{"name":"Lund"}]}, \
  {"incident":"O-3","kind":"power","status":"confirmed","customers_affected":10,"next_word_at":<+9h>,"places":[{"name":"Lund"}]}, \
  {"incident":"O-4","kind":"power","status":"confirmed","customers_affected":10,"next_word_at":<+9h>,"places":[{"name":"Lund"}]}, \
  {"incident":"O-5","kind":"power","status":"confirmed","customers_affected":10,"next_word_at":<+9h>,"places":[{"name":"Lund"}]}, \
  {"incident":"O-6","kind":"power","status":"confirmed","customers_affected":10,"next_word_at":<+9h>,"places":[{"name":"Lund"}]}, \
  {"incident":"O-7","kind":"power","status":"confirmed","customers_affected":10,"next_word_at":<+9h>,"places":[{"name":"Lund"}]}]
at 15min
event {"incident":"O-1","status":"restored"}
at 35min
expect last press
expect deliveries press delivered 0
expect deliveries press pending 1
answer press 204
at 40min
expect request press notice storm sequence 4
expect text press "6 avbrott just nu. 60 kunder är utan ström i Lund (6)."
expect text press "Sedan förra beskedet: 1 avbrott är över."
expect none press
expect deliveries press held 0
expect deliveries press pending 0
expect deliveries press delivered 1
expect deliveries press covered 11
at 41min
expect request press notice storm sequence 5
