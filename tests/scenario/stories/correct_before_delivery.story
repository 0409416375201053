# The mail with the wrong place had not got out: it never does, and nobody hears that we were wrong.
answer hook 204
answer mail refused
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Taby"}]}
expect request hook notice first
expect request mail
at 1min
expect last mail
correct O-1 {"places":[{"name":"Vallentuna"}]}
expect request hook notice correction
expect request mail
expect no body mail "Taby"
answer mail 250
at 30min
expect last mail
expect body mail "Vallentuna"
expect no body mail "Taby"
expect no body mail "We were wrong"
expect deliveries mail delivered 1
expect deliveries mail cancelled 1
expect none mail
