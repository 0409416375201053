# Who asks to hear no more hears no more, although the file still has the address; until a person takes it back.
list a@example.se b@example.se
reload channel "list" { driver = "email"  relay = "smtp://lists.example:25"  from = "drift@example.se"  to_file = "@DIR@/list.txt"  hold_down = "0s" } route "list" { min_customers = 50 channels = { "list" } }
answer hook 204
answer mail 250
answer list 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"next_word_at":<+20d>,"places":[{"name":"Taby"}]}
expect deliveries list delivered 2
expect last list
leave list b@example.se unsubscribed
event {"incident":"O-2","kind":"power","status":"confirmed","customers_affected":90,"next_word_at":<+20d>,"places":[{"name":"Taby"}]}
expect request list
expect to list a@example.se
expect none list
expect deliveries list delivered 3
crash
event {"incident":"O-1","kind":"power","status":"restored","customers_affected":90,"places":[{"name":"Taby"}]}
expect request list
expect to list a@example.se
expect none list
take-back list b@example.se
event {"incident":"O-3","kind":"power","status":"confirmed","customers_affected":90,"next_word_at":<+20d>,"places":[{"name":"Lund"}]}
expect deliveries list delivered 6
expect deliveries list pending 0
