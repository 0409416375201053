# A list of recipients that has no address in it, until it is mended and read again.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } }
answer ops 204
list
reload channel "people" { driver = "email" relay = "smtp://lists.example:25" from = "drift@example.se" to_file = "@DIR@/list.txt" }
expect request ops notice alarm kind list subject people
crash
expect none ops
list a@example.se
reload
expect request ops notice alarm_over kind list
expect calm
