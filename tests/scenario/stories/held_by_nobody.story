# Where nobody may approve nothing waits: it would be silence. And a source may be trusted with its own words.
answer hook 204
event-by 1000 {"incident":"O-1","kind":"water","status":"confirmed","places":[{"name":"Lund"}],"note":"Kaffe finns","advice":["boil_water"]}
expect result applied
expect request hook notice danger
expect body hook "Kaffe finns"
expect held 0
reload access { approve = { "user:root" } } approve { free_text = { "oms" } }
event-by 1000 {"incident":"O-2","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"note":"Te finns"}
expect result applied
expect request hook notice first
expect body hook "Te finns"
event-from desk {"incident":"D-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}],"note":"Saft finns"}
expect result held
expect request hook notice first
expect no body hook "Saft"
# A file in a spool has no user: any approver may release it.
read-held D-1
release 1000
expect request hook
expect body hook "Saft finns"
