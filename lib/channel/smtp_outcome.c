/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The meaning of SMTP replies for a delivery.
 */
#include "channel/smtp_outcome.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/outcome.h"
#include "channel/smtp_reply.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define GREYLISTED_MS (5 * MINUTES_MS)    /* asked again sooner, it starts anew */
#define MAILBOX_FULL_MS (30 * MINUTES_MS) /* RFC 5321, 4.5.4.1 */

enum {
    ANY = -1, /* with any enhanced code, or none */
    NO_CODE = SMTP_NO_CODE
};

/* The first row that matches decides. */
static const struct rule {
    int code;            /* ANY: every one of its class */
    int subject, detail; /* of the enhanced code CLASS.subject.detail */
    bool one_of_several; /* only for a recipient of a list */
    enum outcome_kind kind;
    int64_t retry_after_ms;
    bool gone; /* the address is no more, and is left out from now on */
} for_now[] = {
    { ANY, 2, 2, false, OUTCOME_RETRY, MAILBOX_FULL_MS, false },
    { 450, ANY, ANY, false, OUTCOME_RETRY, GREYLISTED_MS, false },
    { 451, ANY, ANY, false, OUTCOME_RETRY, GREYLISTED_MS, false },
    { ANY, ANY, ANY, false, OUTCOME_RETRY, -1, false },
};

static const struct rule refusals[] = {
    /* We are not let in, or may not send: no other message fares better. */
    { 530, ANY, ANY, false, OUTCOME_CREDENTIALS, -1, false },
    { 534, ANY, ANY, false, OUTCOME_CREDENTIALS, -1, false },
    { 535, ANY, ANY, false, OUTCOME_CREDENTIALS, -1, false },
    { 538, ANY, ANY, false, OUTCOME_CREDENTIALS, -1, false },
    { ANY, 7, ANY, false, OUTCOME_CREDENTIALS, -1, false },
    /* Our own address is refused. */
    { ANY, 1, 7, false, OUTCOME_CREDENTIALS, -1, false },
    { ANY, 1, 8, false, OUTCOME_CREDENTIALS, -1, false },
    /* A full mailbox is emptied some day. */
    { ANY, 2, 2, false, OUTCOME_RETRY, MAILBOX_FULL_MS, false },
    /* There is no such mailbox. */
    { ANY, 1, 1, true, OUTCOME_UNDELIVERABLE, -1, true },
    { ANY, 1, 2, true, OUTCOME_UNDELIVERABLE, -1, true },
    { ANY, 1, 10, true, OUTCOME_UNDELIVERABLE, -1, true }, /* RFC 7505 */
    { ANY, 1, ANY, true, OUTCOME_UNDELIVERABLE, -1, false },
    { ANY, 2, 1, true, OUTCOME_UNDELIVERABLE, -1, false },
    { 550, NO_CODE, NO_CODE, true, OUTCOME_UNDELIVERABLE, -1, false },
    { 551, ANY, ANY, true, OUTCOME_UNDELIVERABLE, -1, false },
    { 553, ANY, ANY, true, OUTCOME_UNDELIVERABLE, -1, false },
    { ANY, ANY, ANY, false, OUTCOME_REFUSED, -1, false },
};

static bool
matches(const struct rule *rule, int64_t code, struct enhanced_code enhanced,
        bool has_recipient)
{
    return (rule->code == ANY || rule->code == code) &&
           (rule->subject == ANY || rule->subject == enhanced.subject) &&
           (rule->detail == ANY || rule->detail == enhanced.detail) &&
           (!rule->one_of_several || has_recipient);
}

static bool
is_address_end(char c)
{
    return c == '\0' || isspace((unsigned char)c) || strchr("<>()[]\",;", c) != NULL;
}

/* Copies the line with what looks like an address as "…": details are logged and shown,
 * addresses of persons are not. Caller frees. */
static char *
without_addresses(const char *line)
{
    struct buffer out = { 0 };
    while (*line != '\0') {
        size_t len = 0;
        while (!is_address_end(line[len]))
            len++;
        if (len > 0 && memchr(line, '@', len) != NULL)
            buffer_add(&out, "…");
        else
            buffer_append(&out, line, len);
        line += len;
        if (*line != '\0')
            buffer_add_char(&out, *line++);
    }
    while (out.len > 0 && isspace((unsigned char)out.data[out.len - 1]))
        out.data[--out.len] = '\0';
    return buffer_take(&out);
}

/* The code, what it means, and the server's own words. */
static void
set_refused(struct outcome *outcome, const struct rule *rule, int64_t code,
            const struct smtp_reply *said)
{
    const char *words = smtp_status_words(said->enhanced);
    char *line = without_addresses(said->line == NULL ? "" : said->line);
    char *own = without_addresses(said->said);
    if (said->line == NULL)
        outcome_set(outcome, rule->kind, "%lld", (long long)code);
    else if (words == NULL)
        outcome_set(outcome, rule->kind, "%s", line);
    else
        outcome_set(outcome, rule->kind, "%lld %c.%d.%d (%s) %s", (long long)code,
                    said->line[0], said->enhanced.subject, said->enhanced.detail, words,
                    own);
    outcome->retry_after_ms = rule->retry_after_ms;
    outcome->gone = rule->gone;
    free(line);
    free(own);
}

/* Postfix: "queued as ID"; Exim: "OK id=ID"; Sendmail and OpenSMTPD: "2.0.0 ID Message
 * accepted for delivery". Caller frees; NULL: the line tells none. */
static char *
queue_id_in(const char *line)
{
    static const char *const before[] = { "queued as ", "id=" };
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789-_.";
    const char *id = NULL;
    for (size_t i = 0; i < ARRAY_COUNT(before) && id == NULL; i++) {
        id = strstr(line, before[i]);
        if (id != NULL)
            id += strlen(before[i]);
    }
    if (id == NULL && strncmp(line, "250 2.0.0 ", 10) == 0 &&
        strstr(line, " Message accepted") != NULL)
        id = line + 10;
    size_t len = id == NULL ? 0 : strspn(id, letters);
    return len == 0 || len > 64 ? NULL : string_copy_n(id, len);
}

static char *
queue_id_of(const struct strings *lines)
{
    char *id = NULL;
    for (size_t i = lines->count; i > 0 && id == NULL; i--) {
        if (smtp_line_has_code(lines->items[i - 1], 250))
            id = queue_id_in(lines->items[i - 1]);
    }
    return id;
}

/* The last row matches all. */
static const struct rule *
find_rule(const struct rule *rules, int64_t code, struct enhanced_code enhanced,
          bool has_recipient)
{
    while (!matches(rules, code, enhanced, has_recipient))
        rules++;
    return rules;
}

void
smtp_outcome(const struct reply *reply, bool has_recipient, struct outcome *outcome)
{
    if (outcome_without_answer(reply, outcome))
        return;
    const struct smtp_reply said = smtp_reply_find(&reply->headers, reply->code);
    const int64_t class = reply->code / 100;
    if (class == 2) {
        outcome_set(outcome, OUTCOME_DELIVERED, NULL);
        outcome->remote_id = queue_id_of(&reply->headers);
    } else if (class == 4 || class == 5) {
        const struct rule *rules = class == 4 ? for_now : refusals;
        set_refused(outcome,
                    find_rule(rules, reply->code, said.enhanced, has_recipient),
                    reply->code, &said);
    } else {
        outcome_set(outcome, OUTCOME_UNKNOWN,
                    "the transaction ended with the code %lld", (long long)reply->code);
    }
}
