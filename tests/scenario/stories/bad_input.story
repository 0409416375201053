# Refused with the field named; the daemon is unmoved.
refuse kind {"incident":"O-1","kind":"powr","status":"confirmed"}
refuse etr {"incident":"O-1","kind":"power","status":"confirmed","etr":"tomorrow"}
refuse incident {"kind":"power","status":"confirmed"}
refuse customers_affected {"incident":"O-1","kind":"power","status":"confirmed","customers_affected":-1}
refuse started_at {"incident":"O-1","kind":"power","status":"confirmed","started_at":"2026-11-23T14:00:00"}
answer hook 204
event {"incident":"O-1","kind":"power","status":"confirmed"}
expect request hook notice first
expect text hook "platsen"
