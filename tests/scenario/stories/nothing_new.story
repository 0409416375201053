# A change that the public need not hear of makes no message, and the answer says why.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":12,"places":[{"name":"Roslags Näsby"}]}
expect request hook notice first
event {"incident":"O-1","customers_affected":14}
expect result applied messages 0
expect none hook
