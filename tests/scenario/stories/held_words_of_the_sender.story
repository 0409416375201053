# The facts of a power cut do not wait; the sender's own words wait for a second person, and show nowhere before.
reload access { approve = { "user:root" } } channel "page" { driver = "page" directory = "@DIR@/page" } route "page" { channels = { "page" } }
answer hook 204
answer mail 250
answer page 200
event-by 1000 {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":90,"places":[{"name":"Lund"}],"note":{"sv":"Elverket bjuder på kaffe","en":"Coffee is served"}}
expect result held messages 6
expect why "waits for a second person"
expect request hook notice first note (absent)
expect no body hook "kaffe"
expect none hook
expect deliveries hook held 1
expect deliveries page held 1
expect held 1 "kaffe"
at 5s
expect last page
expect no body page "kaffe"
expect no body page "Coffee"
# The next word has no unapproved words either, nor has the page that it makes anew.
event {"incident":"O-1","etr":<+3h>}
expect result held
# (for the receiver the chain has no gap: it was never given what waited)
expect request hook notice etr_set note (absent) sequence 3 previous 1
expect no body hook "kaffe"
expect none hook
expect held 1 "kaffe"
at 10s
expect last page
expect no body page "kaffe"
# Nobody releases what is their own.
read-held O-1
refuse-release 1000 own
expect none hook
release 1001
expect request hook notice first
expect body hook "kaffe"
expect held 0
expect deliveries hook held 0
at 20s
expect last page
expect body page "kaffe"
# Released once, it is said from now on.
event {"incident":"O-1","cause":"tree"}
expect result applied
expect request hook notice cause
expect body hook "kaffe"
expect none hook
