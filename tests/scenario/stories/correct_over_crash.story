# Killed right after the command: who heard the error is told, once, and the error goes nowhere else.
answer hook 204
answer mail refused
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Taby"}]}
expect request hook notice first
at 1min
expect last mail
answer hook nothing
correct O-1 {"places":[{"name":"Vallentuna"}]}
crash
answer hook 204
answer mail 250
at 30min
expect last hook
expect last mail
expect no body mail "Taby"
expect deliveries hook delivered 2
expect deliveries mail delivered 1
expect deliveries mail cancelled 1
