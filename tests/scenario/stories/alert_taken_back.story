# A Cancel takes back what was told, though it names nothing but the messages.
answer hook 204
event <?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>A-1</identifier><sender>a@b.example</sender><sent>2026-11-23T14:05:00+01:00</sent>\
<status>Actual</status><msgType>Alert</msgType><scope>Public</scope>\
<incidents>fel-7</incidents>\
<info><language>sv-SE</language><category>Infra</category><event>Strömavbrott</event><responseType>Monitor</responseType>\
<urgency>Immediate</urgency><severity>Moderate</severity><certainty>Observed</certainty><headline>Det är mörkt i Lund.</headline>\
<area><areaDesc>Lund</areaDesc></area></info></alert>
expect request hook notice first
at 5min
event <?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>A-2</identifier><sender>a@b.example</sender><sent>2026-11-23T14:10:00+01:00</sent>\
<status>Actual</status><msgType>Cancel</msgType><scope>Public</scope>\
<references>a@b.example,A-1,2026-11-23T14:05:00+01:00</references></alert>
expect result applied messages 1
expect request hook notice false_alarm status cancelled
expect incident fel-7 cancelled messages 2
