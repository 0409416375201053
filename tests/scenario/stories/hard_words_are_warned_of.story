# A program's words that break a rule of plain language are taken, and its answer says what was found.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"note":{"sv":"Det är troligen ett träd.","en":"See https://example.org/."}}
expect result applied messages 1
expect warning "note.sv: E13"
expect warning "note.en: E12"
expect request hook notice first
