# The route that heard of it is gone when the promised moment comes.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Täby kyrkby"}]}
expect request hook notice first
event {"incident":"O-1","audience":"staff"}
expect none hook
at 2d
expect none hook
expect incident O-1 confirmed messages 1
