# The place was wrong, and said. One command: who got it is told what was wrong and what is right.
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Taby"}]}
expect request hook notice first previous 0
expect request mail
at 5min
correct-because "We misread the map" O-1 {"places":[{"name":"Vallentuna"}]}
expect request hook notice correction sequence 2 previous 1
expect text hook "Vi hade fel kl. 14.05. Vi skrev Taby. Rätt är Vallentuna."
expect text hook "We misread the map."
expect request mail
expect body mail "We said Taby. Right is Vallentuna."
# Nobody is told twice, and an event goes on as usual.
no-correct "nothing differs" O-1 {"places":[{"name":"Vallentuna"}]}
event {"incident":"O-1","etr":<+3h>}
expect request hook notice etr_set sequence 3 previous 2
expect request mail
