# "Restored" in a dark house is the worst message there is. It is taken back at once.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-1","status":"restored"}
expect request hook notice first
expect request hook notice restored
correct O-1 {"status":"confirmed"}
expect request hook notice correction status confirmed
expect text hook "Vi skrev: Strömmen är tillbaka. Det stämmer inte. Strömmen är borta i Lund."
expect incident O-1 confirmed messages 3
