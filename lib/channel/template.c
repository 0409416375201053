/* SPDX-License-Identifier: EUPL-1.2 */
/* Fills in the places of a template. */
#include "channel/template.h"

#include "channel/http_request.h"

#include <string.h>

static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz_";

/* The length of the name of the place that begins here; 0: none does. */
static size_t
place_at(const char *text)
{
    size_t len = text[0] == '{' ? strspn(text + 1, name_letters) : 0;
    return len > 0 && text[1 + len] == '}' ? len : 0;
}

static bool
is_name(const char *name, const char *given, size_t len)
{
    return strncmp(name, given, len) == 0 && name[len] == '\0';
}

static void
list_names(const char *const *names, size_t n_names, struct buffer *out)
{
    for (size_t i = 0; i < n_names; i++)
        buffer_addf(out, "%s{%s}",
                    i == 0             ? ""
                    : i + 1 == n_names ? " and "
                                       : ", ",
                    names[i]);
}

enum status
template_check(const char *option, const char *pattern, const char *const *names,
               size_t n_names, struct error *error)
{
    for (const char *at = strchr(pattern, '{'); at != NULL; at = strchr(at + 1, '{')) {
        size_t len = place_at(at);
        bool is_known = len == 0;
        for (size_t i = 0; i < n_names && !is_known; i++)
            is_known = is_name(names[i], at + 1, len);
        if (is_known)
            continue;
        struct buffer list = { 0 };
        list_names(names, n_names, &list);
        error_set(error, STATUS_INVALID,
                  "%s has {%.*s} in it; what can be filled in there is %s", option,
                  (int)len, at + 1, list.data);
        buffer_clear(&list);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

bool
template_has(const char *pattern, const char *name)
{
    const char *at = pattern == NULL ? NULL : strchr(pattern, '{');
    for (; at != NULL; at = strchr(at + 1, '{')) {
        size_t len = place_at(at);
        if (len > 0 && is_name(name, at + 1, len))
            return true;
    }
    return false;
}

/* RFC 8259, 7; bytes beyond ASCII are UTF-8 and stand for themselves. */
static void
add_json(unsigned char c, struct buffer *out)
{
    if (c == '"' || c == '\\')
        buffer_addf(out, "\\%c", c);
    else if (c < ' ' || c == 0x7f)
        buffer_addf(out, "\\u%04x", c);
    else
        buffer_add_char(out, (char)c);
}

/* What cannot stand in a header is left out. */
static void
add_header(unsigned char c, struct buffer *out)
{
    if (c >= ' ' && c != 0x7f)
        buffer_add_char(out, (char)c);
}

static void
add_value(const char *value, enum template_encoding encoding, struct buffer *out)
{
    const unsigned char *c = (const unsigned char *)value;
    switch (encoding) {
    case TEMPLATE_PERCENT:
        http_percent_add(out, value);
        break;
    case TEMPLATE_JSON:
        for (; *c != '\0'; c++)
            add_json(*c, out);
        break;
    case TEMPLATE_PLAIN:
        buffer_add(out, value);
        break;
    case TEMPLATE_HEADER:
        for (; *c != '\0'; c++)
            add_header(*c, out);
        break;
    }
}

void
template_fill(const char *pattern, enum template_encoding encoding,
              const struct template_value *values, size_t n_values, struct buffer *out)
{
    while (*pattern != '\0') {
        size_t len = place_at(pattern);
        if (len == 0) {
            buffer_add_char(out, *pattern++);
            continue;
        }
        for (size_t i = 0; i < n_values; i++) {
            if (is_name(values[i].name, pattern + 1, len) && values[i].value != NULL)
                add_value(values[i].value, encoding, out);
        }
        pattern += len + 2;
    }
}
