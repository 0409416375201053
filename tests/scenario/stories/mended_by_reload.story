# A wrong key, put right in the configuration: reloading it sends what was parked.
event {"incident":"O-1","kind":"power","status":"confirmed","places":[{"name":"Lund"}]}
expect request hook sequence 1
reply hook 401
expect channel hook paused
reload channel "other" { driver = "webhook" url = "https://other.example/h" }
expect channel hook up
expect request hook sequence 1
reply hook 204
expect deliveries hook delivered 1
