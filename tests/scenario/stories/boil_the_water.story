# The order to boil the water comes later than the first word, and is lifted again: both are
# notices of their own, urgent. A slip in the key is told to the sender.
answer hook 204
event {"incident":"W-1","kind":"water","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook notice first
event {"incident":"W-1","advice":["boil_watr"]}
expect warning "boil_watr"
expect request hook notice first
room urgent
no-room {"incident":"W-1","crew":"on_site"}
event {"incident":"W-1","advice":["boil_water"]}
room bulk
expect request hook notice danger
expect text hook "Täby Nät: KOKA VATTNET i Lund. Du kan bli sjuk annars. Koka det tills det bubblar kraftigt innan du dricker."
expect text hook "Täby Nät: BOIL YOUR WATER in Lund."
expect text hook "Nytt besked senast 15.05"
expect text hook "Gör det också till mat, kaffe, is och tandborstning."
# What is said meanwhile says it first; the same advice in other company is not told again.
event {"incident":"W-1","advice":["boil_water","conserve_water"]}
expect request hook notice danger
event {"incident":"W-1","etr":<+3h>}
expect request hook notice etr_set
expect text hook "Täby Nät: KOKA VATTNET innan du dricker det."
# A graver one takes its place.
event {"incident":"W-1","advice":["do_not_drink"]}
expect request hook notice danger
expect text hook "Täby Nät: DRICK INTE VATTNET i Lund. Du kan bli sjuk. Det hjälper inte att koka det."
room urgent
event {"incident":"W-1","advice":[]}
room bulk
expect request hook notice danger_over
expect text hook "Täby Nät: Du kan dricka vattnet igen i Lund. Spola kranen tills vattnet är kallt."
expect text hook "Vattnet är borta. Nytt besked senast 15.05."
expect no body hook "Prover"
event {"incident":"W-1","status":"restored"}
expect request hook notice restored
at 2d
expect none hook
