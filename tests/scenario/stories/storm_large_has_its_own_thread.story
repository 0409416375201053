# During a storm a large incident still has notices of its own, as far as the rate allows;
# what the rate has no room for is named in the summary.
reload storm { channels = { "press" } } \
  channel "press" { driver = "webhook" url = "https://press.example/h" backlog = "catch_up" } \
  route "press" { channels = { "press" } }
answer hook 204
answer press 204
event [{"incident":"O-1","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-3","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-4","kind":"power","status":"confirmed","customers_affected":900,"places":[{"name":"Ystad"}]}, \
  {"incident":"O-5","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-6","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-7","kind":"power","status":"confirmed","customers_affected":700,"places":[{"name":"Skurup"}]}, \
  {"incident":"O-8","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}]
# The largest first, whatever order they came in; the small ones wait for the summary.
expect request press notice first
expect body press "O-4"
expect request press notice first
expect body press "O-7"
expect none press
at 1min
expect request press notice storm_begun
expect text press "Flest kunder: Ystad (900 kunder), Skurup (700 kunder), Lund (60 kunder)."
# What is new about them is said in their own threads.
at 5min
event {"incident":"O-4","status":"restored"}
expect request press notice restored
expect body press "O-4"
# Three more leave room for no fourth: it is named in the next summary, before the others.
event [{"incident":"L-1","kind":"power","status":"confirmed","customers_affected":501,"places":[{"name":"Tomelilla"}]}, \
  {"incident":"L-2","kind":"power","status":"confirmed","customers_affected":502,"places":[{"name":"Simrishamn"}]}, \
  {"incident":"L-3","kind":"power","status":"confirmed","customers_affected":503,"places":[{"name":"Hörby"}]}, \
  {"incident":"L-4","kind":"power","status":"confirmed","customers_affected":504,"places":[{"name":"Sjöbo"}]}]
expect request press notice first
expect body press "L-2"
expect request press notice first
expect body press "L-3"
expect request press notice first
expect body press "L-4"
expect none press
at 11min
expect request press notice storm
expect text press "kunder är utan ström i Tomelilla, Skurup"
expect none press
expect deliveries press held 0
