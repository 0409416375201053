/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The meaning of SMTP replies for a delivery.
 */
#include "channel/smtp_outcome.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/outcome.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define GREYLISTED_MS (5 * MINUTES_MS)    /* asked again sooner, it starts anew */
#define MAILBOX_FULL_MS (30 * MINUTES_MS) /* RFC 5321, 4.5.4.1 */

enum {
    ANY = -1,    /* with any enhanced code, or none */
    NO_CODE = -2 /* without an enhanced code */
};

/* The first row that matches decides. */
static const struct rule {
    int code;            /* ANY: every 5xx */
    int subject, detail; /* of the enhanced code 5.subject.detail */
    bool one_of_several; /* only for a recipient of a list */
    enum outcome_kind kind;
    int64_t retry_after_ms;
} refusals[] = {
    /* We are not let in, or may not send: no other message fares better. */
    { 530, ANY, ANY, false, OUTCOME_CREDENTIALS, -1 },
    { 534, ANY, ANY, false, OUTCOME_CREDENTIALS, -1 },
    { 535, ANY, ANY, false, OUTCOME_CREDENTIALS, -1 },
    { 538, ANY, ANY, false, OUTCOME_CREDENTIALS, -1 },
    { ANY, 7, ANY, false, OUTCOME_CREDENTIALS, -1 },
    { ANY, 1, 7, false, OUTCOME_CREDENTIALS, -1 }, /* our own address is refused */
    { ANY, 1, 8, false, OUTCOME_CREDENTIALS, -1 },
    /* A full mailbox is emptied some day. */
    { ANY, 2, 2, false, OUTCOME_RETRY, MAILBOX_FULL_MS },
    /* There is no such mailbox. */
    { ANY, 1, ANY, true, OUTCOME_UNDELIVERABLE, -1 },
    { ANY, 2, 1, true, OUTCOME_UNDELIVERABLE, -1 },
    { 550, NO_CODE, NO_CODE, true, OUTCOME_UNDELIVERABLE, -1 },
    { 551, ANY, ANY, true, OUTCOME_UNDELIVERABLE, -1 },
    { 553, ANY, ANY, true, OUTCOME_UNDELIVERABLE, -1 },
    { ANY, ANY, ANY, false, OUTCOME_REFUSED, -1 },
};

struct enhanced_code {
    int subject, detail; /* NO_CODE: there is none */
};

/* True when the line is one of a reply with that code: "550 …" or "550-…". */
static bool
has_code(const char *line, int64_t code)
{
    char *end;
    return isdigit((unsigned char)line[0]) && strtol(line, &end, 10) == code &&
           end == line + 3;
}

/* The first line of the last reply with that code; NULL: there is none. */
static const char *
deciding_line(const struct strings *lines, int64_t code)
{
    const char *found = NULL;
    for (size_t i = lines->count; i > 0; i--) {
        const char *line = lines->items[i - 1];
        if (!has_code(line, code) || (found != NULL && line[3] != '-')) {
            if (found != NULL)
                break;
            continue;
        }
        found = line;
    }
    return found;
}

/* "550 5.1.1 …": the class repeats the first digit of the code. */
static struct enhanced_code
enhanced_of(const char *line)
{
    const struct enhanced_code none = { NO_CODE, NO_CODE };
    if (line == NULL || strlen(line) < 5 || line[4] != line[0] || line[5] != '.')
        return none;
    char *end;
    long subject = strtol(line + 6, &end, 10);
    if (end == line + 6 || *end != '.' || !isdigit((unsigned char)end[1]))
        return none;
    long detail = strtol(end + 1, &end, 10);
    if (subject < 0 || subject > 999 || detail > 999 || (*end != ' ' && *end != '\0'))
        return none;
    return (struct enhanced_code){ (int)subject, (int)detail };
}

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

static void
set_refused(struct outcome *outcome, enum outcome_kind kind, int64_t retry_after_ms,
            const struct reply *reply, const char *line)
{
    char *said = line == NULL ? string_format("%lld", (long long)reply->code)
                              : without_addresses(line);
    outcome_set(outcome, kind, "%s", said);
    outcome->retry_after_ms = retry_after_ms;
    free(said);
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
        if (has_code(lines->items[i - 1], 250))
            id = queue_id_in(lines->items[i - 1]);
    }
    return id;
}

static void
set_refused_for_good(const struct reply *reply, bool has_recipient, const char *line,
                     struct outcome *outcome)
{
    struct enhanced_code enhanced = enhanced_of(line);
    for (size_t i = 0; i < ARRAY_COUNT(refusals); i++) {
        if (matches(&refusals[i], reply->code, enhanced, has_recipient)) {
            set_refused(outcome, refusals[i].kind, refusals[i].retry_after_ms, reply,
                        line);
            return;
        }
    }
}

void
smtp_outcome(const struct reply *reply, bool has_recipient, struct outcome *outcome)
{
    if (outcome_without_answer(reply, outcome))
        return;
    const char *line = deciding_line(&reply->headers, reply->code);
    if (reply->code >= 200 && reply->code < 300) {
        outcome_set(outcome, OUTCOME_DELIVERED, NULL);
        outcome->remote_id = queue_id_of(&reply->headers);
    } else if (reply->code >= 400 && reply->code < 500) {
        bool greylisted = reply->code == 450 || reply->code == 451;
        set_refused(outcome, OUTCOME_RETRY, greylisted ? GREYLISTED_MS : -1, reply,
                    line);
    } else if (reply->code >= 500 && reply->code < 600) {
        set_refused_for_good(reply, has_recipient, line, outcome);
    } else {
        outcome_set(outcome, OUTCOME_UNKNOWN,
                    "the transaction ended with the code %lld", (long long)reply->code);
    }
}
