# What is urgent waits for no summary, and stands for what was held of its incident.
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
expect deliveries press held 7
event {"incident":"O-3","severity":"extreme","cause":"tree"}
expect request press notice cause
expect body press "O-3"
expect none press
expect deliveries press held 6
expect deliveries press covered 1
event {"incident":"W-1","kind":"water","status":"confirmed","severity":"severe","customers_affected":10,"places":[{"name":"Lund"}]}
expect request press notice first
expect body press "W-1"
expect none press
at 1min
expect request press notice storm_begun
expect none press
expect deliveries press held 0
