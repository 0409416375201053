# A released danger does not rest, and takes along what does.
reload access { approve = { "user:root" } } channel "press" { driver = "webhook" url = "https://press.example/h" backlog = "catch_up" short_interruption = "5min" hold_down = "60s" } route "press" { channels = { "press" } }
answer hook 204
answer press 204
event-by 1000 {"incident":"W-1","kind":"water","status":"confirmed","places":[{"name":"Lund"}],"advice":["boil_water"]}
at 1min
read-held W-1
release 1001
at 90s
expect request press notice danger
event {"incident":"W-1","status":"restored"}
at 3min
expect request press notice restored
event {"incident":"W-1","advice":null}
expect request press notice danger_over
expect none press
