/* SPDX-License-Identifier: EUPL-1.2 */
/* Hosts and ports. */
#include "channel/peer.h"

#include "base/memory.h"
#include "base/strings.h"
#include "channel/address.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    PORT_MAX = 65535
};

bool
peer_is_host(const char *text)
{
    size_t len = strlen(text);
    if (text[0] != '[')
        return address_is_host_name(text);
    return len > 3 && text[len - 1] == ']' &&
           strspn(text + 1, "0123456789abcdefABCDEF:.") == len - 2;
}

static enum status
fault(const char *option, const char *text, const char *problem, const char *example,
      struct error *error)
{
    return error_set(error, STATUS_INVALID, "%s is \"%s\", %s; %s would be right",
                     option, text, problem, example);
}

/* -1 when the len bytes are no port. */
static int
port_of(const char *text, size_t len)
{
    int port = 0;
    size_t digits = 0;
    for (; digits < len && digits < 5 && isdigit((unsigned char)text[digits]); digits++)
        port = port * 10 + (text[digits] - '0');
    return digits == len && port > 0 && port <= PORT_MAX ? port : -1;
}

static size_t
host_length(const char *text, size_t len)
{
    const char *end = memchr(text, text[0] == '[' ? ']' : ':', len);
    if (end == NULL)
        return len;
    return (size_t)(end - text) + (text[0] == '[' ? 1 : 0);
}

enum peer_fault
peer_read(const char *text, size_t len, struct peer *peer)
{
    size_t host_len = len == 0 ? 0 : host_length(text, len);
    char *host = string_copy_n(text, host_len);
    bool is_host = peer_is_host(host);
    free(host);
    *peer = (struct peer){ .host = text, .host_len = host_len };
    if (!is_host)
        return PEER_NO_HOST;
    if (host_len < len)
        peer->port = text[host_len] == ':'
                         ? port_of(text + host_len + 1, len - host_len - 1)
                         : -1;
    return peer->port >= 0 ? PEER_WELL : PEER_NO_PORT;
}

enum status
peer_parse(const char *option, const char *text, const char *example, struct peer *peer,
           struct error *error)
{
    *peer = (struct peer){ .host = text };
    if (strchr(text, '@') != NULL)
        return error_set(error, STATUS_INVALID,
                         "%s holds a user name or password before \"@\"; they belong "
                         "in username and password_file",
                         option);
    if (strstr(text, "://") != NULL)
        return fault(option, text, "which is a web address", example, error);
    switch (peer_read(text, strlen(text), peer)) {
    case PEER_NO_HOST:
        return fault(option, text, "which names no valid host", example, error);
    case PEER_NO_PORT:
        return fault(option, text, "whose port is not a number from 1 to 65535",
                     example, error);
    case PEER_WELL:
        break;
    }
    return STATUS_OK;
}

bool
peer_is_loopback(const struct peer *peer)
{
    static const char *const names[] = { "localhost", "[::1]" };
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (peer->host_len == strlen(names[i]) &&
            strncasecmp(peer->host, names[i], peer->host_len) == 0)
            return true;
    }
    return strncmp(peer->host, "127.", 4) == 0 &&
           strspn(peer->host, "0123456789.") == peer->host_len;
}
