# Nobody sends anything more. Each promised word comes all the same, saying that nothing is
# new and when the next one comes; the third promises nothing that nobody will keep.
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":120,"places":[{"name":"Täby kyrkby"}],"started_at":<-17min>}
expect request hook notice first sequence 1 previous 0
expect text hook "Nytt besked senast 15.05"
expect request mail
expect to mail redaktion@example.se
at 59min
expect none hook
expect none mail
at 60min
expect request hook notice lapsed sequence 2 previous 1
expect text hook "Vi lovade besked kl. 15.05"
expect text hook "Vi vet inget nytt än"
expect text hook "Nytt besked senast 16.05"
expect text hook "We promised word at 15:05"
expect request mail
expect to mail redaktion@example.se
at 120min
expect request hook notice lapsed sequence 3 previous 2
expect text hook "Nytt besked senast 17.05"
at 180min
expect request hook notice lapsed sequence 4 previous 3
expect text hook "Vi skriver igen när vi vet mer"
at 2d
expect none hook
expect incident O-1 confirmed messages 4
