# That a promise lapsed is said to those who heard it; a list that waits is not told of a promise it never got.
list a@example.se b@example.se c@example.se
reload access { approve = { "user:root" } } approve { recipients = 2 } channel "people" { driver = "email" relay = "smtp://lists.example:25" from = "drift@example.se" to_file = "@DIR@/list.txt" } route "people" { channels = { "people" } }
answer hook 204
answer people 250
event-by 1000 {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect last hook
at 1h 1min
expect request hook notice lapsed
expect none people
expect deliveries people held 1
read-held O-1
release 1001
expect deliveries people delivered 3
# Those who were told hear of the next one, however many they are: the daemon speaks for itself.
at 2h 2min
expect request hook notice lapsed
expect deliveries people delivered 6
