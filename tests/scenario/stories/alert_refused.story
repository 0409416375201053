# What breaks a rule of CAP is refused, with the element; drills do not become real.
answer hook 204
answer drill 204
refuse sent <?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>A-1</identifier><sender>a@b.example</sender><sent>2026-11-23T13:05:00Z</sent>\
<status>Actual</status><msgType>Alert</msgType><scope>Public</scope>\
<info><language>sv-SE</language><category>Infra</category><event>Strömavbrott</event><responseType>Monitor</responseType>\
<urgency>Immediate</urgency><severity>Moderate</severity><certainty>Observed</certainty><headline>Mörkt.</headline>\
<area><areaDesc>Lund</areaDesc></area></info></alert>
refuse msgType <?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>A-1</identifier><sender>a@b.example</sender><sent>2026-11-23T14:05:00+01:00</sent>\
<status>Actual</status><msgType>Ack</msgType><scope>Public</scope>\
<references>a@b.example,A-0,2026-11-23T14:05:00+01:00</references></alert>
refuse status <?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>A-1</identifier><sender>a@b.example</sender><sent>2026-11-23T14:05:00+01:00</sent>\
<status>Draft</status><msgType>Alert</msgType><scope>Public</scope>\
<info><language>sv-SE</language><category>Infra</category><event>Strömavbrott</event><responseType>Monitor</responseType>\
<urgency>Immediate</urgency><severity>Moderate</severity><certainty>Observed</certainty><headline>Mörkt.</headline>\
<area><areaDesc>Lund</areaDesc></area></info></alert>
event <?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>A-1</identifier><sender>a@b.example</sender><sent>2026-11-23T14:05:00+01:00</sent>\
<status>Exercise</status><msgType>Alert</msgType><scope>Public</scope>\
<info><language>sv-SE</language><category>Infra</category><event>Strömavbrott</event><responseType>Monitor</responseType>\
<urgency>Immediate</urgency><severity>Moderate</severity><certainty>Observed</certainty><headline>Mörkt.</headline>\
<area><areaDesc>Lund</areaDesc></area></info></alert>
expect request drill notice first
expect none hook
refuse mode <?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>A-2</identifier><sender>a@b.example</sender><sent>2026-11-23T14:06:00+01:00</sent>\
<status>Actual</status><msgType>Update</msgType><scope>Public</scope>\
<references>a@b.example,A-1,2026-11-23T14:05:00+01:00</references>\
<info><language>sv-SE</language><category>Infra</category><event>Strömavbrott</event><responseType>Monitor</responseType>\
<urgency>Immediate</urgency><severity>Moderate</severity><certainty>Observed</certainty><headline>Ljust.</headline>\
<area><areaDesc>Lund</areaDesc></area></info></alert>
expect none hook
