/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Checks mail addresses and host names before they reach a command line of SMTP.
 */
#include "channel/address.h"

#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOCAL_MAX_BYTES = 64,    /* RFC 5321, 4.5.3.1.1 */
    ADDRESS_MAX_BYTES = 254, /* RFC 5321, 4.5.3.1.3, without the angle brackets */
    HOST_MAX_BYTES = 253,
    LABEL_MAX_BYTES = 63,
};

static bool
is_label(const char *label, size_t len)
{
    if (len == 0 || len > LABEL_MAX_BYTES || label[0] == '-' || label[len - 1] == '-')
        return false;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)label[i];
        if (c >= 0x80 || (!isalnum(c) && c != '-'))
            return false;
    }
    return true;
}

bool
address_is_host_name(const char *name)
{
    if (strlen(name) > HOST_MAX_BYTES)
        return false;
    for (;;) {
        size_t len = strcspn(name, ".");
        if (!is_label(name, len))
            return false;
        if (name[len] == '\0')
            return true;
        name += len + 1;
    }
}

const char *
address_domain(const char *address)
{
    const char *at = strrchr(address, '@');
    return at == NULL ? "" : at + 1;
}

static bool
is_dot_atom(const char *text, size_t len)
{
    bool after_dot = true;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '.') {
            if (after_dot)
                return false;
            after_dot = true;
            continue;
        }
        after_dot = false;
        if (c >= 0x80 || (!isalnum(c) && strchr("!#$%&'*+-/=?^_`{|}~", c) == NULL))
            return false;
    }
    return len > 0 && !after_dot;
}

/* The rule that the address breaks, as the rest of a sentence; NULL: none. */
static const char *
broken_rule(const char *address)
{
    const char *at = strrchr(address, '@');
    size_t len = strlen(address);
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)address[i] < ' ' || address[i] == 0x7f)
            return "holds a control character or a line break";
    }
    if (at == NULL || at == address || at[1] == '\0')
        return "is not of the form name@host";
    for (const char *c = address; c < at; c++) {
        if ((unsigned char)*c >= 0x80)
            return "has a letter outside ASCII before the \"@\", which not every mail "
                   "server takes; an address in ASCII is needed";
    }
    if (len > ADDRESS_MAX_BYTES || at - address > LOCAL_MAX_BYTES)
        return "is too long; 64 bytes before the \"@\" and 254 in all are allowed";
    if (!is_dot_atom(address, (size_t)(at - address)))
        return "has a character or a dot before the \"@\" that is not allowed there; "
               "write name@host alone, without a display name or quotes";
    if (!address_is_host_name(at + 1))
        return "has no valid host name after the \"@\"; a name with letters outside "
               "ASCII is written in its xn-- form";
    return NULL;
}

enum status
address_check(const char *address, struct error *error)
{
    const char *rule = broken_rule(address);
    if (rule == NULL)
        return STATUS_OK;
    char *shown = utf8_printable(address, strlen(address), 80);
    error_set(error, STATUS_INVALID, "the address \"%s\" %s", shown, rule);
    free(shown);
    return STATUS_INVALID;
}
