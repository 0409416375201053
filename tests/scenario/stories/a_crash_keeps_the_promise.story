# The daemon was away when the promised moment came: it is said at once, once.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Täby kyrkby"}]}
expect request hook notice first
at 59min 59s
crash
at 60min
crash
expect request hook notice lapsed sequence 2 previous 1
crash
expect none hook
at 119min
expect none hook
# Who keeps his own time is not spoken for.
event {"incident":"O-1","next_word_at":<+4h>,"cause":"tree"}
expect request hook notice cause sequence 3
at 239min
expect none hook
at 240min
expect request hook notice lapsed sequence 4
