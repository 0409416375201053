# Said to be part of a number that nobody knows, by a slip: it goes on speaking for itself,
# and the answer says what is odd.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook notice first
event {"incident":"O-1","merge_into":"O-99"}
expect warning "O-99"
expect none hook
event {"incident":"O-1","status":"restored"}
expect request hook notice restored
