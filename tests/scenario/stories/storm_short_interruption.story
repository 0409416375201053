# one batch begins and ends: short interruption is not told, also where storm mode may come
reload storm { channels = { "press" } } channel "press" { driver = "webhook" url = "https://press.example/h" backlog = "catch_up" short_interruption = "5min" } route "press" { channels = { "press" } }
answer hook 204
answer press 204
event [{"incident":"O-1","kind":"power","status":"confirmed","customers_affected":10,"started_at":<-1min>,"places":[{"name":"Lund"}]},{"incident":"O-1","status":"restored"}]
at 30min
expect none press
