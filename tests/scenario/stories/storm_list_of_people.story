# A list of people: nobody on it gets a notice of a single incident, each gets the summary,
# and what was held is covered when all of them have been dealt with.
list a@example.se b@example.se c@example.se
reload storm { } \
  channel "people" { driver = "email" relay = "smtp://people.example:25" from = "drift@example.se" to_file = "@DIR@/list.txt" } \
  route "people" { channels = { "people" } }
answer hook 204
answer mail 250
event [{"incident":"O-1","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-3","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-4","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-5","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-6","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}, \
  {"incident":"O-7","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}]
expect none people
expect deliveries people held 7
at 1min
expect request people
expect to people a@example.se
reply people 250
expect deliveries people held 7
expect request people
expect to people b@example.se
reply people 250
expect request people
expect to people c@example.se
reply people 550
expect none people
expect deliveries people held 0
expect deliveries people covered 7
expect deliveries people delivered 2
expect deliveries people undeliverable 1
