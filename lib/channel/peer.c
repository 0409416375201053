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

/* -1 when text is no port to its end. */
static int
port_of(const char *text)
{
    int port = 0;
    size_t digits = 0;
    for (; isdigit((unsigned char)text[digits]) && digits < 5; digits++)
        port = port * 10 + (text[digits] - '0');
    return text[digits] == '\0' && port > 0 && port <= PORT_MAX ? port : -1;
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
    peer->host_len = text[0] == '[' ? strcspn(text, "]") + 1 : strcspn(text, ":");
    if (peer->host_len > strlen(text))
        peer->host_len = strlen(text);
    char *host = string_copy_n(text, peer->host_len);
    bool is_host = peer_is_host(host);
    free(host);
    if (!is_host)
        return fault(option, text, "which names no valid host", example, error);
    const char *rest = text + peer->host_len;
    if (rest[0] == '\0')
        return STATUS_OK;
    peer->port = rest[0] == ':' ? port_of(rest + 1) : -1;
    return peer->port > 0
               ? STATUS_OK
               : fault(option, text, "whose port is not a number from 1 to 65535",
                       example, error);
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
