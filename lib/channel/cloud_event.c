/* SPDX-License-Identifier: EUPL-1.2 */
/* The JSON format and the HTTP binding of CloudEvents 1.0. */
#include "channel/cloud_event.h"

#include "base/memory.h"
#include "channel/http_request.h"

#include <stdlib.h>

json_t *
cloud_event_wrap(const struct cloud_event *event, json_t *data_take)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*, s:s, s:o}", "specversion", "1.0",
                     "id", event->id, "source", event->source, "type", event->type,
                     "time", event->time, "subject", event->subject, "datacontenttype",
                     "application/json", "data", data_take);
}

/* Everything outside U+0021 to U+007E, and what would be ambiguous, by its bytes (HTTP
 * binding, 3.1.3.2). Caller frees. */
static char *
encode(const char *value)
{
    struct buffer out = { 0 };
    buffer_add(&out, "");
    for (const unsigned char *c = (const unsigned char *)value; *c != '\0'; c++) {
        if (*c > 0x20 && *c < 0x7f && *c != '"' && *c != '%')
            buffer_add_char(&out, (char)*c);
        else
            buffer_addf(&out, "%%%02X", *c);
    }
    return buffer_take(&out);
}

void
cloud_event_headers(const struct cloud_event *event, struct request *request)
{
    const struct {
        const char *name, *value;
    } headers[] = {
        { "ce-specversion", "1.0" },    { "ce-id", event->id },
        { "ce-source", event->source }, { "ce-type", event->type },
        { "ce-time", event->time },     { "ce-subject", event->subject },
    };
    for (size_t i = 0; i < ARRAY_COUNT(headers); i++) {
        if (headers[i].value == NULL)
            continue;
        char *encoded = encode(headers[i].value);
        request_header(request, headers[i].name, "%s", encoded);
        free(encoded);
    }
}

enum status
cloud_event_source_check(const char *option, const char *source, struct error *error)
{
    for (const char *c = source; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f || *c == '"')
            return error_set(
                error, STATUS_INVALID,
                "%s has a space, a quotation mark or a letter outside ASCII "
                "at byte %zu; an address or a path is needed, such as "
                "\"https://drift.example.se\" or \"/drift\"",
                option, (size_t)(c - source) + 1);
    }
    return source[0] != '\0' ? STATUS_OK
                             : error_set(error, STATUS_INVALID,
                                         "%s is empty; an address or a path is needed, "
                                         "such as \"/drift\"",
                                         option);
}
