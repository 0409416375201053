# Alerts of others that name no incident, but the messages before them, make one story.
answer hook 204
event <?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>A-1</identifier><sender>a@b.example</sender><sent>2026-11-23T14:05:00+01:00</sent>\
<status>Actual</status><msgType>Alert</msgType><scope>Public</scope>\
<info><language>sv-SE</language><category>Infra</category><event>Strömavbrott</event><responseType>Monitor</responseType>\
<urgency>Immediate</urgency><severity>Moderate</severity><certainty>Observed</certainty><headline>Det är mörkt i Lund.</headline>\
<area><areaDesc>Lund</areaDesc></area></info></alert>
expect result applied messages 1
expect request hook notice first kind power status confirmed severity moderate
expect text hook "Det är mörkt i Lund."
at 10min
# What is known, in the words of the sender, is no news; that it is over is.
event <?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>A-2</identifier><sender>a@b.example</sender><sent>2026-11-23T14:15:00+01:00</sent>\
<status>Actual</status><msgType>Update</msgType><scope>Public</scope>\
<references>a@b.example,A-1,2026-11-23T14:05:00+01:00</references>\
<info><language>sv-SE</language><category>Infra</category><event>Strömavbrott</event><responseType>Monitor</responseType>\
<urgency>Immediate</urgency><severity>Moderate</severity><certainty>Observed</certainty><headline>Vi lagar felet.</headline>\
<area><areaDesc>Lund</areaDesc></area></info></alert>
expect result applied messages 0
at 20min
event <?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>A-3</identifier><sender>a@b.example</sender><sent>2026-11-23T14:25:00+01:00</sent>\
<status>Actual</status><msgType>Update</msgType><scope>Public</scope>\
<references>a@b.example,A-2,2026-11-23T14:15:00+01:00</references>\
<info><language>sv-SE</language><category>Infra</category><event>Strömavbrott</event><responseType>AllClear</responseType>\
<urgency>Past</urgency><severity>Moderate</severity><certainty>Observed</certainty><headline>Allt är lagat.</headline>\
<area><areaDesc>Lund</areaDesc></area></info></alert>
expect request hook notice restored
expect incident A-1 restored messages 2
# The same file twice is a repeat.
event <?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>A-3</identifier><sender>a@b.example</sender><sent>2026-11-23T14:25:00+01:00</sent>\
<status>Actual</status><msgType>Update</msgType><scope>Public</scope>\
<references>a@b.example,A-2,2026-11-23T14:15:00+01:00</references>\
<info><language>sv-SE</language><category>Infra</category><event>Strömavbrott</event><responseType>AllClear</responseType>\
<urgency>Past</urgency><severity>Moderate</severity><certainty>Observed</certainty><headline>Allt är lagat.</headline>\
<area><areaDesc>Lund</areaDesc></area></info></alert>
expect result repeat
