# A web hook that catches up names by sequence what it was not given, and what it was given last.
reload channel "wall" { driver = "webhook"  backlog = "catch_up"  url = "https://wall.example/hook" } route "wall" { channels = { "wall" } }
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request wall sequence 1 previous 0 covers (absent)
reply wall 204
pause wall
at 10min
event {"incident":"O-1","etr":<+3h>}
event {"incident":"O-1","cause":"tree"}
event {"incident":"O-1","status":"restored"}
resume wall
expect request wall sequence 4 previous 1 covers [2,3]
reply wall reset
expect none wall
at 20min
expect request wall sequence 4 previous 1 covers [2,3]
reply wall 204
expect deliveries wall delivered 2
expect deliveries wall covered 2
