# The right to compensation is told only where the configuration says so.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","next_word_at":<+30h>,"places":[{"name":"Täby kyrkby"}]}
expect request hook notice first
at 13h
expect none hook
reload rights_12h = true
at 29h
expect none hook
