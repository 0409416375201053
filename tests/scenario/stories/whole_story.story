# A power cut from the first word to the end, in order, with a chain that has no gaps.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":12,"places":[{"name":"Täby kyrkby"}],"started_at":<-17min>}
expect request hook notice first sequence 1 previous 0
at 10min
event {"incident":"O-1","cause":"tree","crew":"on_site"}
expect request hook notice cause sequence 2 previous 1
at 20min
event {"incident":"O-1","etr":{"at":<+3h>,"basis":"crew"}}
expect request hook notice etr_set sequence 3 previous 2
expect text hook "17.05"
at 60min
event {"incident":"O-1","etr":{"at":<+4h>,"reason":"Trädet är större än vi trodde"}}
expect request hook notice etr_changed sequence 4 previous 3
expect text hook "17.05"
expect text hook "18.05"
at 119min
event {"incident":"O-1","status":"partly_restored","customers_affected":12,"customers_restored":9}
expect request hook notice partly_restored sequence 5 previous 4
# The word that was promised an hour ago is due, and nobody has sent anything.
at 180min
expect request hook notice lapsed sequence 6 previous 5
expect text hook "Vi lovade besked kl. 17.04"
at 200min
event {"incident":"O-1","status":"restored","ended_at":<+199min>}
expect request hook notice restored sequence 7 previous 6
at 600min
expect none hook
expect incident O-1 restored messages 7
