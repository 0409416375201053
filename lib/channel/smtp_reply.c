/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Finds the line of a mail server's reply that decides, and puts its code into words.
 */
#include "channel/smtp_reply.h"

#include "base/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    CODE_MOST = 999 /* RFC 3463, 2 */
};

static const struct {
    struct enhanced_code code;
    const char *words;
} meanings[] = {
    { { 1, 1 }, "there is no such mailbox" },
    { { 1, 2 }, "there is no such mail domain" },
    { { 1, 3 }, "the address is not written as the server takes it" },
    { { 1, 4 }, "the address means more than one mailbox" },
    { { 1, 6 }, "the mailbox has moved and left no new address" },
    { { 1, 7 }, "our own address is not written as the server takes it" },
    { { 1, 8 }, "the domain of our own address is not known there" },
    { { 1, 10 }, "the domain takes no mail" },
    { { 2, 1 }, "the mailbox is disabled" },
    { { 2, 2 }, "the mailbox is full" },
    { { 2, 3 }, "the mail is longer than the mailbox takes" },
    { { 2, 4 }, "the list behind the address fails" },
    { { 3, 1 }, "the mail server's disk is full" },
    { { 3, 2 }, "the mail server takes nothing now" },
    { { 3, 4 }, "the mail is too big for the server" },
    { { 4, 1 }, "the recipient's server does not answer" },
    { { 4, 2 }, "the connection to the recipient's server broke" },
    { { 4, 3 }, "the server's directory fails" },
    { { 4, 4 }, "there is no way to the recipient's server" },
    { { 4, 5 }, "the server has too much to do" },
    { { 4, 6 }, "the mail goes in a circle" },
    { { 4, 7 }, "the mail could not be delivered in time" },
    { { 5, 1 }, "the server does not know the command" },
    { { 5, 2 }, "the server does not understand the command" },
    { { 5, 3 }, "too many recipients at once" },
    { { 5, 4 }, "the server does not take the command's arguments" },
    { { 6, 7 }, "the server takes addresses in ASCII only" },
    { { 7, 0 }, "a security rule of the server refuses it" },
    { { 7, 1 }, "we may not send this there" },
    { { 7, 2 }, "we may not send to this list" },
    { { 7, 8 }, "user name or password are wrong" },
    { { 7, 9 }, "this way of logging in is too weak for the server" },
    { { 7, 10 }, "the server wants an encrypted connection" },
    { { 7, 11 }, "logging in needs an encrypted connection" },
    { { 7, 13 }, "our account is disabled" },
    { { 7, 20 }, "no DKIM signature is valid" },
    { { 7, 21 }, "no DKIM signature is one that the server takes" },
    { { 7, 22 }, "no DKIM signature is of the domain of from" },
    { { 7, 23 }, "SPF does not allow our relay for this domain" },
    { { 7, 24 }, "SPF of our domain is in error" },
    { { 7, 25 }, "our relay's address has no name (reverse DNS)" },
    { { 7, 26 }, "neither DKIM nor SPF are valid (DMARC)" },
    { { 7, 27 }, "the domain of our own address takes no mail" },
    { { 7, 28 }, "too many mails in a short time" },
};

const char *
smtp_status_words(struct enhanced_code code)
{
    for (size_t i = 0; i < ARRAY_COUNT(meanings); i++) {
        if (meanings[i].code.subject == code.subject &&
            meanings[i].code.detail == code.detail)
            return meanings[i].words;
    }
    return NULL;
}

bool
smtp_line_has_code(const char *line, int64_t code)
{
    char *end;
    return isdigit((unsigned char)line[0]) && strtol(line, &end, 10) == code &&
           end == line + 3 && (*end == ' ' || *end == '-' || *end == '\0');
}

/* Digits, at most three, and what follows them. */
static bool
take_number(const char **text, int *number)
{
    char *end;
    if (!isdigit((unsigned char)**text))
        return false;
    long value = strtol(*text, &end, 10);
    *text = end;
    *number = (int)value;
    return value <= CODE_MOST;
}

/* "550 5.1.1 …": the class repeats the first digit of the code. */
static struct smtp_reply
read_line(const char *line)
{
    struct smtp_reply reply = { .line = line,
                                .enhanced = { SMTP_NO_CODE, SMTP_NO_CODE },
                                .said = strlen(line) > 4 ? line + 4 : "" };
    struct enhanced_code code;
    const char *at = reply.said;
    if (at[0] == '\0' || at[0] != line[0] || at[1] != '.')
        return reply;
    at += 2;
    if (!take_number(&at, &code.subject) || *at++ != '.' ||
        !take_number(&at, &code.detail) || (*at != ' ' && *at != '\0'))
        return reply;
    reply.enhanced = code;
    reply.said = *at == ' ' ? at + 1 : at;
    return reply;
}

struct smtp_reply
smtp_reply_find(const struct strings *lines, int64_t code)
{
    struct smtp_reply found = { .enhanced = { SMTP_NO_CODE, SMTP_NO_CODE },
                                .said = "" };
    bool is_reply = false;
    /* From the end: of the last reply the line that ends it, then those before. */
    for (size_t i = lines->count; i > 0; i--) {
        const char *line = lines->items[i - 1];
        bool belongs = smtp_line_has_code(line, code);
        if (is_reply && (!belongs || line[3] != '-'))
            break;
        if (!belongs)
            continue;
        is_reply = true;
        struct smtp_reply read = read_line(line);
        if (read.enhanced.subject != SMTP_NO_CODE ||
            found.enhanced.subject == SMTP_NO_CODE)
            found = read;
    }
    return found;
}
