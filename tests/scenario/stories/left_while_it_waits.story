# What waits for somebody who leaves is not sent any more: neither what was never tried, nor what was under way and is to be tried again.
list a@example.se b@example.se
reload channel "list" { driver = "email"  relay = "smtp://lists.example:25"  from = "drift@example.se"  to_file = "@DIR@/list.txt"  concurrency = 1  hold_down = "0s" } route "list" { min_customers = 50 channels = { "list" } }
answer hook 204
answer mail 250
event {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"next_word_at":<+20d>,"places":[{"name":"Taby"}]}
expect request list
expect to list a@example.se
leave list a@example.se unsubscribed
leave list b@example.se gone
reply list refused
at 10min
expect none list
expect deliveries list cancelled 1
expect deliveries list undeliverable 1
expect deliveries list pending 0
expect timeline O-1 "the recipient left (unsubscribed)"
