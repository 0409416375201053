# A large incident that a summary named was a false alarm: that is said by itself. One that
# was only counted was told to nobody, and needs no word.
reload storm { channels = { "press" } } \
  channel "press" { driver = "webhook" url = "https://press.example/h" backlog = "catch_up" } \
  route "press" { channels = { "press" } }
answer hook 204
answer press 204
event [{"incident":"O-1","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":910,"places":[{"name":"Ystad"}]}, \
  {"incident":"O-3","kind":"power","status":"confirmed","customers_affected":920,"places":[{"name":"Ystad"}]}, \
  {"incident":"O-4","kind":"power","status":"confirmed","customers_affected":930,"places":[{"name":"Ystad"}]}, \
  {"incident":"O-5","kind":"power","status":"confirmed","customers_affected":940,"places":[{"name":"Ystad"}]}, \
  {"incident":"O-6","kind":"power","status":"confirmed","customers_affected":950,"places":[{"name":"Ystad"}]}, \
  {"incident":"O-7","kind":"power","status":"confirmed","customers_affected":960,"places":[{"name":"Ystad"}]}, \
  {"incident":"O-8","kind":"power","status":"confirmed","customers_affected":600,"places":[{"name":"Skurup"}]}]
expect last press
at 1min
expect request press notice storm_begun
expect text press "är utan ström i Skurup, Ystad (6) och Lund."
event {"incident":"O-1","status":"cancelled"}
expect none press
event {"incident":"O-8","status":"cancelled"}
expect request press notice false_alarm
expect body press "O-8"
expect none press
expect deliveries press held 0
