# A released danger goes at once, also when a storm holds an older notice of its incident.
reload access { approve = { "user:root" } } storm { channels = { "press" } } channel "press" { driver = "webhook" url = "https://press.example/h" backlog = "catch_up" } route "press" { channels = { "press" } }
answer hook 204
answer press 204
event [{"incident":"O-1","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, {"incident":"O-3","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, {"incident":"O-4","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, {"incident":"O-5","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, {"incident":"O-6","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, {"incident":"O-7","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}]
at 1min
expect request press notice storm_begun
at 2min
event-by 1000 {"incident":"W-1","kind":"water","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}],"advice":["boil_water"]}
expect none press
read-held W-1
release 1001
expect request press notice danger
