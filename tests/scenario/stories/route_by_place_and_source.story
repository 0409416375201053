# Only Lund's incidents of one source reach the town's own channel.
reload channel "town" { driver = "webhook" url = "https://town.example/h" } route "town" { places = { "Lund", "1281" } sources = { "oms" } channels = { "town" } }
answer hook 204
answer town 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Ystad"}]}
expect none town
event {"incident":"O-2","kind":"power","status":"confirmed","places":[{"name":"lund"},{"name":"Ystad"}]}
expect request town notice first
event {"incident":"O-3","kind":"power","status":"confirmed","places":[{"name":"Dalby","code":"1281"}]}
expect request town notice first
event-from gis {"incident":"O-4","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect none town
event {"incident":"O-5","kind":"power","status":"confirmed"}
expect none town
