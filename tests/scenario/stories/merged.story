# Two cuts turn out to be one. Who heard of the part is told, and hears the end of the whole.
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":10,"places":[{"name":"Lund"}]}
expect request hook notice first
event {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":300,"places":[{"name":"Malmö"}]}
expect request hook notice first
expect request mail
event {"incident":"O-2","merge_into":"O-1"}
expect request hook notice merged
expect request mail
event {"incident":"O-2","cause":"storm"}
expect none hook
event {"incident":"O-1","status":"restored"}
expect request hook notice restored
expect request mail
