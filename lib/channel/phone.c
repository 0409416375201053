/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Checks telephone numbers and senders, and leaves numbers out of sentences.
 */
#include "channel/phone.h"

#include "base/buffer.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum {
    NUMBER_LEAST = 7,
    NUMBER_MOST = 15,
    SENDER_MOST = 11,
    SHORT_LEAST = 3,
    SHORT_MOST = 6,
};

static size_t
count_digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* The rule that the number breaks, as the rest of a sentence; NULL: none. */
static const char *
broken_rule(const char *number)
{
    if (number[0] != '+')
        return "does not begin with \"+\" and the country code, as +46701234567 does";
    if (number[1 + count_digits(number + 1)] != '\0')
        return "has something other than digits behind the \"+\"; spaces and hyphens "
               "are left out, as in +46701234567";
    if (number[1] == '0')
        return "has a 0 where the country code begins, as in +46701234567";
    if (count_digits(number + 1) < NUMBER_LEAST ||
        count_digits(number + 1) > NUMBER_MOST)
        return "does not have 7 to 15 digits, as +46701234567 has";
    return NULL;
}

enum status
phone_check(const char *number, struct error *error)
{
    const char *rule = broken_rule(number);
    if (rule == NULL)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, "the telephone number %s", rule);
}

static bool
is_name(const char *sender)
{
    bool has_letter = false;
    for (const char *c = sender; *c != '\0'; c++) {
        if ((unsigned char)*c >= 0x80 || (!isalnum((unsigned char)*c) && *c != ' '))
            return false;
        has_letter = has_letter || isalpha((unsigned char)*c);
    }
    return has_letter && strlen(sender) <= SENDER_MOST && sender[0] != ' ' &&
           sender[strlen(sender) - 1] != ' ';
}

static bool
is_short_number(const char *sender)
{
    size_t len = count_digits(sender);
    return sender[len] == '\0' && len >= SHORT_LEAST && len <= SHORT_MOST;
}

enum status
phone_sender_check(const char *option, const char *sender, struct error *error)
{
    if (is_name(sender) || is_short_number(sender) || broken_rule(sender) == NULL)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "%s is \"%s\"; a name of at most 11 letters a to z, digits and "
                     "spaces such as \"Nordan\", a short number, or a number such as "
                     "+46701234567 is needed",
                     option, sender);
}

/* How many bytes at text are a number: "+", digits, and single separators between them.
 * 0: too few digits. */
static size_t
number_length(const char *text)
{
    size_t len = text[0] == '+' ? 1 : 0, end = 0, n_digits = 0;
    for (;; len++) {
        if (isdigit((unsigned char)text[len])) {
            n_digits++;
            end = len + 1;
        } else if (text[len] == '\0' || strchr(" -", text[len]) == NULL ||
                   !isdigit((unsigned char)text[len + 1]) || n_digits == 0) {
            return n_digits >= NUMBER_LEAST ? end : 0;
        }
    }
}

char *
phone_hide(const char *text)
{
    struct buffer out = { 0 };
    bool after_digit = false;
    while (*text != '\0') {
        size_t len = after_digit ? 0 : number_length(text);
        if (len > 0) {
            buffer_add(&out, "…");
            text += len;
            continue;
        }
        after_digit = isdigit((unsigned char)*text);
        buffer_add_char(&out, *text++);
    }
    return buffer_take(&out);
}
