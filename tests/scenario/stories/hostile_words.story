# Braces and markup in a sender's words are words, nothing else.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"{org} <b>Lund</b>"}],"note":"{etr} & more"}
expect request hook notice first
expect text hook "{org} <b>Lund</b>"
