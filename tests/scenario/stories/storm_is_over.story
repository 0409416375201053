# Less to say than half of what there is room for, for half an hour: the storm is over, the
# reader is told so, and the next notice comes by itself again.
reload storm { channels = { "press" } } \
  channel "press" { driver = "webhook" url = "https://press.example/h" backlog = "catch_up" } \
  route "press" { channels = { "press" } }
answer hook 204
answer press 204
event [{"incident":"O-1","kind":"power","status":"confirmed","customers_affected":10,"next_word_at":<+20h>,"places":[{"name":"Lund"}]}, \
  {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":10,"next_word_at":<+20h>,"places":[{"name":"Lund"}]}, \
  {"incident":"O-3","kind":"power","status":"confirmed","customers_affected":10,"next_word_at":<+20h>,"places":[{"name":"Lund"}]}, \
  {"incident":"O-4","kind":"power","status":"confirmed","customers_affected":10,"next_word_at":<+20h>,"places":[{"name":"Lund"}]}, \
  {"incident":"O-5","kind":"power","status":"confirmed","customers_affected":10,"next_word_at":<+20h>,"places":[{"name":"Lund"}]}, \
  {"incident":"O-6","kind":"power","status":"confirmed","customers_affected":10,"next_word_at":<+20h>,"places":[{"name":"Lund"}]}, \
  {"incident":"O-7","kind":"power","status":"confirmed","customers_affected":10,"next_word_at":<+20h>,"places":[{"name":"Lund"}]}]
expect none press
expect deliveries press held 7
at 1min
expect request press notice storm_begun
expect none press
at 89min
expect last press
at 91min
expect request press notice storm_over
expect text press "Nu är det färre avbrott. 7 avbrott just nu. 70 kunder är utan ström i Lund (7)."
expect text press "Vi skriver om varje avbrott igen."
expect none press
at 5h
expect none press
event {"incident":"O-1","status":"restored"}
expect request press notice restored
expect body press "O-1"
expect deliveries press held 0
