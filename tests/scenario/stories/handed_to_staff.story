# A public incident that becomes a matter for staff: the public channels hear no more.
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook notice first
event {"incident":"O-1","audience":"staff","note":"stolpe 7"}
event {"incident":"O-1","cause":"tree"}
expect none hook
