/* SPDX-License-Identifier: EUPL-1.2 */
/* Ways to a broker: taken from requests and compared. */
#include "sender/mqtt_way.h"

#include "base/memory.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Members of struct request, each a char *. */
static const size_t texts[] = {
    offsetof(struct request, url),       offsetof(struct request, channel),
    offsetof(struct request, client_id), offsetof(struct request, status_topic),
    offsetof(struct request, username),  offsetof(struct request, password),
    offsetof(struct request, ca_file),   offsetof(struct request, ca_pem),
};

static const char *
text_of(const struct request *request, size_t offset)
{
    const char *text = NULL;
    memcpy(&text, (const char *)request + offset, sizeof(text));
    return text;
}

bool
mqtt_way_is(const struct mqtt_way *way, const struct request *request)
{
    const struct request *named = &way->request;
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        if (!string_equal(text_of(named, texts[i]), text_of(request, texts[i]))) {
            return false;
        }
    }
    return named->allow_private == request->allow_private &&
           named->mqtt_5 == request->mqtt_5;
}

/* mqtt://host:port or mqtts://host:port, an IPv6 address in brackets. False: it is none. */
static bool
parse_url(const char *url, struct mqtt_way *way)
{
    const char *host = url == NULL ? NULL : strstr(url, "://");
    const char *port = host == NULL ? NULL : strrchr(host, ':');
    if (port == NULL || port <= host + 3 || strncmp(url, "mqtt", 4) != 0) {
        return false;
    }
    host += 3;
    size_t len = (size_t)(port - host);
    if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
        host++;
        len -= 2;
    }
    way->is_encrypted = url[4] == 's';
    way->port = (int)strtol(port + 1, NULL, 10);
    if (way->port <= 0 || way->port > 65535) {
        return false;
    }
    way->host = string_copy_n(host, len);
    return true;
}

void
mqtt_way_set(struct mqtt_way *way, const struct request *request)
{
    mqtt_way_clear(way);
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        const char *text = text_of(request, texts[i]);
        char *copy = text == NULL ? NULL : string_copy(text);
        memcpy((char *)&way->request + texts[i], &copy, sizeof(copy));
    }
    way->request.allow_private = request->allow_private;
    way->request.mqtt_5 = request->mqtt_5;
    (void)parse_url(request->url, way);
}

void
mqtt_way_clear(struct mqtt_way *way)
{
    request_clear(&way->request);
    free(way->host);
    *way = (struct mqtt_way){ 0 };
}
