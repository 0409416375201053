# The clock is ten years ahead for a while: what was written and put off under it is not
# left lying for ten years.
clock +3650d
answer hook refused
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
event {"incident":"O-1","cause":"tree"}
event {"incident":"O-1","status":"restored"}
at 1min
expect deliveries hook pending 3
clock -3650d
answer hook 204
at 12min
expect deliveries hook delivered 3
