# A program hears every move of the estimate at once; the channel beside it, which asks for no more than 15 minutes, hears the
# move of twenty.
reload channel "board" { driver = "webhook" url = "https://board.example/hooks" etr_tolerance = "15min" } route "board" { channels = { "board" } }
answer hook 204
answer board 204
event {"incident":"O-1","kind":"power","status":"confirmed","etr":<+2h>,"places":[{"name":"Lund"}]}
expect request hook notice first
expect request board notice first
event {"incident":"O-1","etr":<+130min>}
expect result applied messages 1
expect request hook notice etr_changed sequence 2 previous 1
expect none board
event {"incident":"O-1","etr":<+141min>}
expect result applied messages 2
expect request hook notice etr_changed
expect request board notice etr_changed sequence 3 previous 1
