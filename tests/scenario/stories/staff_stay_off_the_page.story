# What is for staff has no page of its own on the public page, guessed address or not.
reload channel "page" { driver = "page" directory = "@DIR@/page" } route "page" { channels = { "page" } }
answer hook 204
answer page 200
event {"incident":"S-1","kind":"power","status":"confirmed","audience":"staff","places":[{"name":"Lund"}]}
at 5s
expect files page "incident/" 0
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Ystad"}]}
at 10s
expect files page "incident/" 2
event {"incident":"S-1","customers_affected":12}
at 20s
expect files page "incident/" 2
event {"incident":"O-1","customers_affected":12}
at 30s
expect files page "incident/" 4
