# More incidents than people can read of: one summary comes instead of a notice for each,
# on its schedule; the web hook that machines read gets every notice all the same.
reload storm { channels = { "press" } } \
  channel "press" { driver = "webhook" url = "https://press.example/h" backlog = "catch_up" } \
  route "press" { channels = { "press" } }
answer hook 204
answer press 204
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}
event {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":20,"places":[{"name":"Lund"}]}
event {"incident":"O-3","kind":"power","status":"confirmed","customers_affected":30,"places":[{"name":"Eslöv"}]}
event {"incident":"O-4","kind":"power","status":"confirmed","customers_affected":40,"places":[{"name":"Höör"}]}
event {"incident":"O-5","kind":"power","status":"confirmed","customers_affected":50,"places":[{"name":"Svedala"}]}
event {"incident":"O-6","kind":"power","status":"confirmed","customers_affected":60,"places":[{"name":"Skurup"}]}
expect request press notice first
expect body press "O-1"
expect request press notice first
expect body press "O-2"
expect request press notice first
expect body press "O-3"
expect request press notice first
expect body press "O-4"
expect request press notice first
expect body press "O-5"
expect request press notice first
expect body press "O-6"
# The seventh is one too many: nothing goes at once, but in a minute the summary does.
event {"incident":"O-7","kind":"power","status":"confirmed","customers_affected":70,"places":[{"name":"Lund"}]}
expect none press
expect deliveries press held 1
at 59s
expect none press
at 1min
expect request press notice storm_begun
expect body press "incident.summary"
expect text press "Täby Nät: 7 avbrott just nu. 280 kunder är utan ström i Lund (3), Skurup, Svedala"
expect text press "Nytt besked senast 14.16."
expect text press "No power in Lund (3)"
expect none press
expect deliveries press held 0
expect deliveries press covered 1
# New ones, and the ends of old ones, wait for the next.
at 3min
event {"incident":"O-8","kind":"power","status":"confirmed","customers_affected":80,"places":[{"name":"Ystad"}]}
event {"incident":"O-1","status":"restored"}
expect none press
expect deliveries press held 2
at 10min
expect none press
at 11min
expect request press notice storm sequence 2
expect text press "7 avbrott just nu. 350 kunder är utan ström i Lund (2)"
expect text press "Sedan förra beskedet: 1 nytt avbrott."
expect text press "Sedan förra beskedet: 1 avbrott är över."
expect none press
expect deliveries press covered 3
expect deliveries press held 0
# The machine was told each, one by one.
expect deliveries hook delivered 9
