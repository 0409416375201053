# A pause outlives a crash; resuming sends what waited.
answer hook 204
pause hook
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect none hook
crash
expect channel hook paused
expect none hook
resume hook
expect request hook sequence 1
