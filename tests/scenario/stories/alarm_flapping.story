# A disk that hovers at its limit: one alarm, not one for each time.
reload channel "ops" { driver = "webhook" url = "https://ops.example/h" } alarm { channels = { "ops" } }
answer ops 204
trouble disk_low "" "900M free of 20G"
expect request ops notice alarm kind disk_low cause "900M free of 20G" subject (absent) times 1
at 2min
trouble disk_low ""
at 4min
trouble disk_low "" "900M free of 20G"
at 6min
trouble disk_low ""
at 14min
expect none ops
trouble disk_low "" "800M free of 20G"
at 15min
expect request ops times 2 cause "800M free of 20G"
at 16min
trouble disk_low ""
at 30min
expect none ops
at 31min
expect request ops notice alarm_over kind disk_low
expect none ops
expect calm
