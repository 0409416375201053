# The correction was wrong too. It is set right in turn, also where only the first error was heard.
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Taby"}]}
expect request hook notice first
expect request mail
answer mail refused
correct O-1 {"places":[{"name":"Vallentuna"}]}
expect request hook notice correction
expect text hook "Rätt är Vallentuna."
at 1min
expect last mail
correct O-1 {"places":[{"name":"Norrtalje"}]}
expect request hook notice correction
expect text hook "Vi skrev Vallentuna. Rätt är Norrtalje."
answer mail 250
at 30min
expect last mail
expect body mail "We were wrong"
expect body mail "Norrtalje"
expect deliveries mail delivered 2
expect deliveries mail cancelled 1
