# A is part of B, B of C: who heard of A hears the end of C, and nothing goes in a circle.
answer hook 204
answer mail 250
event {"incident":"A","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Lund"}]}
expect request mail
event {"incident":"B","kind":"power","status":"confirmed","places":[{"name":"Dalby"}]}
event {"incident":"C","kind":"power","status":"confirmed","places":[{"name":"Veberöd"}]}
event {"incident":"B","merge_into":"C"}
event {"incident":"A","merge_into":"B"}
expect request mail
refuse merge_into {"incident":"C","merge_into":"A"}
event {"incident":"C","status":"restored"}
expect request mail
expect body mail "Veber"
