# Nobody at all had heard the error: what is right is said as if it had been right from the first.
pause hook
answer mail refused
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Taby"}]}
expect request mail
correct O-1 {"places":[{"name":"Vallentuna"}]}
answer hook 204
resume hook
expect request hook notice first sequence 2 previous 0
expect text hook "Vallentuna"
expect none hook
expect deliveries hook cancelled 1
