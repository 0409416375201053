# A cut that grows past fifty: the mail channel joins with the whole picture, and hears
# the rest to the end, though the number falls again.
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":12,"places":[{"name":"Lund"}]}
expect request hook notice first sequence 1
event {"incident":"O-1","customers_affected":80}
expect request mail
expect body mail "Lund"
expect none hook
event {"incident":"O-1","customers_affected":3,"cause":"ice"}
expect request mail
expect request hook notice cause sequence 3 previous 1
event {"incident":"O-1","status":"restored"}
expect request mail
expect request hook notice restored sequence 4 previous 3
