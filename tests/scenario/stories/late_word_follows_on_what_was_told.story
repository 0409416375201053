# The relay is away while the estimate moves twice. The mail that makes up for it says what this reader was told, not what
# other channels heard in between.
reload channel "paper" { driver = "email" relay = "smtp://paper.example:25" from = "drift@example.se" to = { "desk@example.se" } } route "paper" { channels = { "paper" } }
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","etr":<+2h>,"places":[{"name":"Lund"}]}
at 10s
expect request paper
reply paper 250
answer paper refused
at 10min
event {"incident":"O-1","etr":<+3h>}
at 20min
event {"incident":"O-1","cause":{"code":"tree"},"etr":<+4h>}
at 30min
event {"incident":"O-1","customers_affected":90,"cause":{"code":"tree"},"etr":{"at":<+5h>,"reason":{"en":"The soil is frozen."}}}
at 40min
answer paper 250
at 60min
expect last paper
expect body paper "We expected it at 16:05"
expect body paper "19:05"
expect body paper "The soil is frozen"
expect body paper "- 14:15: "
expect body paper "- 14:25: "
expect deliveries paper delivered 2
expect deliveries paper covered 2
