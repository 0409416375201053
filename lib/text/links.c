/* SPDX-License-Identifier: EUPL-1.2 */
/* Where web addresses begin and end. */
#include "text/links.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool
is_letter(char c)
{
    return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

static bool
is_name_char(char c)
{
    return is_letter(c) || isdigit((unsigned char)c) || c == '-';
}

/* Nothing in front that would make it the end of something else. */
static bool
begins_word(const char *text, size_t at)
{
    return at == 0 || !(is_name_char(text[at - 1]) || strchr("._@/", text[at - 1]));
}

static size_t
scheme_at(const char *text)
{
    static const char *const schemes[] = { "https://", "http://" };

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        size_t len = strlen(schemes[i]);

        if (strncasecmp(text, schemes[i], len) == 0 && is_name_char(text[len])) {
            return len;
        }
    }
    return 0;
}

/* The length of "a.b.se" at text, of which the last label has two letters or more and
 * nothing else; 0: none is there. */
static size_t
host_at(const char *text)
{
    size_t len = 0, label = 0, labels = 0;
    bool letters = true;
    size_t host = 0;

    for (;; len++) {
        if (is_name_char(text[len])) {
            letters = letters && is_letter(text[len]);
            label++;
            continue;
        }
        labels += label > 0 ? 1 : 0;
        if (labels >= 2 && label >= 2 && letters) {
            host = len;
        }
        if (text[len] != '.' || label == 0) {
            return host;
        }
        label = 0;
        letters = true;
    }
}

/* Up to a space, without what ends the sentence around it. */
static size_t
address_length(const char *text)
{
    size_t len = strcspn(text, " \t\r\n<>\"");

    while (len > 0 && strchr(".,:;!?'()[]", text[len - 1])) {
        len--;
    }
    return len;
}

static bool
link_at(const char *text, size_t at, bool bare, struct link *link)
{
    size_t scheme = scheme_at(text + at);
    size_t host = scheme == 0 && bare ? host_at(text + at) : 0;

    if (scheme > 0) {
        *link = (struct link){ .at = at, .len = address_length(text + at) };
        return link->len > scheme;
    }
    if (host == 0 || text[at + host] == '@') {
        return false;
    }
    *link = (struct link){ .at = at, .len = host, .bare = true };
    if (text[at + host] == '/') {
        link->len = address_length(text + at);
    }
    return true;
}

bool
link_find(const char *text, size_t from, bool bare, struct link *link)
{
    for (size_t at = from; text[at] != '\0'; at++) {
        if (is_name_char(text[at]) && begins_word(text, at) &&
            link_at(text, at, bare, link)) {
            return true;
        }
    }
    return false;
}
