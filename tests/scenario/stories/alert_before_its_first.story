# An Update that comes before what it updates waits for nobody, and meets it.
answer hook 204
at 5min
event <?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>A-2</identifier><sender>a@b.example</sender><sent>2026-11-23T14:10:00+01:00</sent>\
<status>Actual</status><msgType>Update</msgType><scope>Public</scope>\
<references>a@b.example,A-1,2026-11-23T14:05:00+01:00</references>\
<info><language>sv-SE</language><category>Infra</category><event>Strömavbrott</event><responseType>Monitor</responseType>\
<urgency>Immediate</urgency><severity>Moderate</severity><certainty>Observed</certainty><headline>Vi lagar felet.</headline>\
<area><areaDesc>Lund</areaDesc></area></info></alert>
expect result applied messages 1
expect warning "none of the messages that it names is known here"
expect request hook notice first
event <?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>A-1</identifier><sender>a@b.example</sender><sent>2026-11-23T14:05:00+01:00</sent>\
<status>Actual</status><msgType>Alert</msgType><scope>Public</scope>\
<info><language>sv-SE</language><category>Infra</category><event>Strömavbrott</event><responseType>Monitor</responseType>\
<urgency>Immediate</urgency><severity>Moderate</severity><certainty>Possible</certainty><headline>Det är mörkt i Lund.</headline>\
<area><areaDesc>Lund</areaDesc></area></info></alert>
expect result outdated
expect none hook
expect incident A-1 confirmed messages 1
