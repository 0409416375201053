# The section is taken out of the configuration: what was held goes by itself.
reload storm { channels = { "press" } } \
  channel "press" { driver = "webhook" url = "https://press.example/h" backlog = "catch_up" } \
  route "press" { channels = { "press" } }
answer hook 204
answer press 204
event [{"incident":"O-1","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-3","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-4","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-5","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-6","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-7","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}]
at 1min
expect request press notice storm_begun
event {"incident":"O-1","status":"restored"}
event {"incident":"O-8","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Ystad"}]}
expect deliveries press held 2
expect none press
reload-anew channel "press" { driver = "webhook" url = "https://press.example/h" backlog = "catch_up" } \
  route "press" { channels = { "press" } }
expect request press notice restored
expect body press "O-1"
expect request press notice first
expect body press "O-8"
expect none press
expect deliveries press held 0
at 30min
expect none press
