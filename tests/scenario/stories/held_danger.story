# Dangerous advice waits on every channel, machines too; released it goes at once.
reload access { approve = { "user:root" } }
answer hook 204
event-by 1000 {"incident":"W-1","kind":"water","status":"confirmed","places":[{"name":"Lund"}],"advice":["stay_away_from_lines"]}
expect result applied
expect request hook notice first
event-by 1000 {"incident":"W-1","advice":["stay_away_from_lines","boil_water"]}
expect result held messages 1
expect none hook
expect held 1
read-held W-1
refuse-release 1000 own
release 1001
expect request hook
expect body hook "boil_water"
expect held 0
# It was said: what follows says it by itself.
event {"incident":"W-1","etr":<+3h>}
expect result applied
expect request hook notice etr_set
expect body hook "boil_water"
# No longer to boil the water takes one person.
event-by 1000 {"incident":"W-1","advice":["stay_away_from_lines"]}
expect result applied
expect last hook
expect no body hook "boil_water"
