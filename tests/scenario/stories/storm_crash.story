# kill -9 in a storm: the summary that is under way is sent again, the schedule goes on, and
# what it counted is covered once.
reload storm { channels = { "press" } } \
  channel "press" { driver = "webhook" url = "https://press.example/h" backlog = "catch_up" } \
  route "press" { channels = { "press" } }
answer hook 204
event [{"incident":"O-1","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-3","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-4","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-5","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-6","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-7","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}]
crash
expect none press
expect deliveries press held 7
at 1min
expect request press notice storm_begun sequence 1
crash
expect request press notice storm_begun sequence 1
expect deliveries press held 7
reply press 204
expect deliveries press held 0
expect deliveries press covered 7
crash
at 10min
expect none press
crash
at 11min
expect request press notice storm sequence 2
reply press 204
expect none press
expect deliveries press pending 0
expect deliveries press delivered 2
