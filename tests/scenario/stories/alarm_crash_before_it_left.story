# The alarm was committed and under way when the daemon died: it is sent again with the
# same identity, and told no more often than that.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } }
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
reply hook 401
expect request ops sequence 1 times 1
crash
expect request ops sequence 1 times 1
reply ops 204
expect none ops
expect deliveries ops delivered 1
