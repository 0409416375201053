# A real incident cannot become an exercise, nor the other way round.
answer hook 204
answer drill 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook
refuse mode {"incident":"O-1","mode":"exercise","cause":"storm"}
event {"incident":"X-1","mode":"exercise","kind":"power","status":"confirmed"}
expect request drill
refuse mode {"incident":"X-1","mode":"actual","cause":"storm"}
refuse mode {"incident":"X-1","mode":null,"cause":"storm"}
expect none hook
