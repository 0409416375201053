/* SPDX-License-Identifier: EUPL-1.2 */
/* Regular expressions with bounds. */
#include "channel/pattern.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

enum {
    FOUND_MAX_BYTES = 200
};

/* A back-reference makes the time that a match takes grow without bound. */
static bool
has_back_reference(const char *pattern)
{
    for (const char *c = pattern; *c != '\0'; c++) {
        if (*c == '\\' && c[1] != '\0') {
            if (isdigit((unsigned char)c[1]))
                return true;
            c++;
        }
    }
    return false;
}

/* "{1000}{1000}" takes all the memory there is when it is compiled. */
static size_t
count_bounds(const char *pattern)
{
    size_t n = 0;
    for (const char *c = strchr(pattern, '{'); c != NULL; c = strchr(c + 1, '{'))
        n += isdigit((unsigned char)c[1]) != 0 && strtol(c + 1, NULL, 10) > 9 ? 2 : 1;
    return n;
}

static enum status
refuse(const char *option, const char *pattern, const char *problem,
       struct error *error)
{
    return error_set(error, STATUS_INVALID, "%s is \"%s\", which %s", option, pattern,
                     problem);
}

enum status
pattern_check(const char *option, const char *pattern, bool groups, struct error *error)
{
    char problem[160];
    regex_t regex;
    if (pattern[0] == '\0' || strlen(pattern) > PATTERN_MAX_BYTES)
        return refuse(option, pattern,
                      "is empty or longer than 200 bytes; a regular expression (POSIX "
                      "extended) such as \"^OK\" is needed",
                      error);
    if (has_back_reference(pattern))
        return refuse(option, pattern,
                      "has a back-reference (\\1); write it without one", error);
    if (count_bounds(pattern) > 3)
        return refuse(option, pattern,
                      "has too many or too large repeats in braces; use * or +", error);
    int result = regcomp(&regex, pattern, REG_EXTENDED | REG_ICASE);
    if (result != 0) {
        (void)regerror(result, &regex, problem, sizeof problem);
        return error_set(error, STATUS_INVALID,
                         "%s is \"%s\", which is no regular expression (POSIX "
                         "extended): %s",
                         option, pattern, problem);
    }
    size_t n_groups = regex.re_nsub;
    regfree(&regex);
    if (groups && n_groups == 0)
        return refuse(option, pattern,
                      "has no group: put what is wanted of the match in parentheses",
                      error);
    return STATUS_OK;
}

/* The looked-at part as a text without NUL bytes; caller frees. */
static char *
bounded(const char *text, size_t len)
{
    size_t kept = len < PATTERN_TEXT_MAX_BYTES ? len : PATTERN_TEXT_MAX_BYTES;
    char *copy = string_copy_n(text == NULL ? "" : text, text == NULL ? 0 : kept);
    return copy;
}

static bool
match(const char *pattern, const char *text, regmatch_t *found, size_t n_found)
{
    regex_t regex;
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_ICASE | REG_NEWLINE) != 0)
        return false;
    bool is_found = regexec(&regex, text, n_found, found, 0) == 0;
    regfree(&regex);
    return is_found;
}

bool
pattern_is_in(const char *pattern, const char *text, size_t len)
{
    if (pattern == NULL)
        return false;
    char *copy = bounded(text, len);
    bool is_in = match(pattern, copy, NULL, 0);
    free(copy);
    return is_in;
}

char *
pattern_find(const char *pattern, const char *text, size_t len)
{
    regmatch_t found[2] = { { -1, -1 }, { -1, -1 } };
    char *copy = bounded(text, len);
    char *part = NULL;
    if (match(pattern, copy, found, 2) && found[1].rm_so >= 0 &&
        found[1].rm_eo > found[1].rm_so)
        part =
            utf8_printable(copy + found[1].rm_so,
                           (size_t)(found[1].rm_eo - found[1].rm_so), FOUND_MAX_BYTES);
    free(copy);
    return part;
}
