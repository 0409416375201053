# A storm's summaries are no promise that staff must keep: no alarm is raised for them.
reload storm { channels = { "press" } } channel "press" { driver = "webhook" url = "https://press.example/h" backlog = "catch_up" } route "press" { channels = { "press" } }
answer hook 204
answer press 204
event [{"incident":"O-1","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, {"incident":"O-3","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, {"incident":"O-4","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, {"incident":"O-5","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, {"incident":"O-6","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, {"incident":"O-7","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}]
at 2min
event {"incident":"O-1","cause":"tree"}
expect calm
at 5min
event [{"incident":"O-1","status":"restored"},{"incident":"O-2","status":"restored"},{"incident":"O-3","status":"restored"},{"incident":"O-4","status":"restored"},{"incident":"O-5","status":"restored"},{"incident":"O-6","status":"restored"},{"incident":"O-7","status":"restored"}]
expect calm
at 5h
expect calm
