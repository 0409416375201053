# Ten minutes three times over are half an hour: what counts is what the channel was told.
reload channel "board" { driver = "webhook" url = "https://board.example/hooks" etr_tolerance = "15min" } route "board" { channels = { "board" } }
answer hook 204
answer board 204
event {"incident":"O-1","kind":"power","status":"confirmed","etr":<+2h>,"places":[{"name":"Lund"}]}
expect request board notice first
event {"incident":"O-1","etr":<+130min>}
expect none board
event {"incident":"O-1","etr":<+140min>}
expect request board notice etr_changed
event {"incident":"O-1","etr":<+150min>}
expect none board
# The web hook heard each of them.
expect deliveries hook delivered 4
