# A channel that had only the right word hears nothing; one that the right facts lead to hears the whole.
reload channel "few" { driver = "webhook"  url = "https://few.example/h" } channel "town" { driver = "webhook"  url = "https://town.example/h" } route "few" { min_customers = 1000  channels = { "few" } } route "town" { places = { "Vallentuna" }  channels = { "town" } }
answer hook 204
answer few 204
answer town 204
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Taby"}]}
expect request hook notice first
event {"incident":"O-1","etr":<+2h>}
expect request hook notice etr_set
pause mail
event {"incident":"O-1","customers_affected":2000}
expect request few notice first
correct O-1 {"etr":<+5h>}
expect request hook notice correction
expect text hook "Vi skrev klart kl. 16.05. Rätt är kl. 19.05."
expect request few notice correction
expect none town
correct O-1 {"places":[{"name":"Vallentuna"}]}
expect request hook notice correction
expect request few notice correction
expect request town notice first sequence 5 previous 0
expect text town "Vallentuna"
