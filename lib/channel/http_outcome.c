/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The meaning of HTTP status codes for a delivery, and what else an answer says.
 */
#include "channel/http_outcome.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "channel/http_wait.h"
#include "channel/outcome.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    EXCERPT_BYTES = 120,
};

struct code_row {
    int64_t code;
    enum outcome_kind kind;
    const char *name; /* RFC 9110 and RFC 6585 */
};

/* Codes whose class does not say enough, and the names of those that are met often. */
static const struct code_row codes[] = {
    { 301, OUTCOME_RETRY, "Moved Permanently" },
    { 302, OUTCOME_RETRY, "Found" },
    { 303, OUTCOME_RETRY, "See Other" },
    { 307, OUTCOME_RETRY, "Temporary Redirect" },
    { 308, OUTCOME_RETRY, "Permanent Redirect" },
    { 400, OUTCOME_REFUSED, "Bad Request" },
    { 401, OUTCOME_CREDENTIALS, "Unauthorized" },
    { 402, OUTCOME_CREDENTIALS, "Payment Required" },
    { 403, OUTCOME_CREDENTIALS, "Forbidden" },
    { 404, OUTCOME_REFUSED, "Not Found" },
    { 405, OUTCOME_REFUSED, "Method Not Allowed" },
    { 406, OUTCOME_REFUSED, "Not Acceptable" },
    { 407, OUTCOME_CREDENTIALS, "Proxy Authentication Required" },
    { 408, OUTCOME_RETRY, "Request Timeout" },
    { 409, OUTCOME_REFUSED, "Conflict" },
    { 410, OUTCOME_REFUSED, "Gone" },
    { 413, OUTCOME_REFUSED, "Content Too Large" },
    { 415, OUTCOME_REFUSED, "Unsupported Media Type" },
    { 421, OUTCOME_RETRY, "Misdirected Request" },
    { 422, OUTCOME_REFUSED, "Unprocessable Content" },
    { 423, OUTCOME_RETRY, "Locked" },
    { 425, OUTCOME_RETRY, "Too Early" },
    { 429, OUTCOME_RETRY, "Too Many Requests" },
    { 500, OUTCOME_RETRY, "Internal Server Error" },
    { 501, OUTCOME_RETRY, "Not Implemented" },
    { 502, OUTCOME_RETRY, "Bad Gateway" },
    { 503, OUTCOME_RETRY, "Service Unavailable" },
    { 504, OUTCOME_RETRY, "Gateway Timeout" },
    { 507, OUTCOME_RETRY, "Insufficient Storage" },
};

/* The rest, by the hundreds. */
static const enum outcome_kind classes[] = {
    [2] = OUTCOME_DELIVERED,
    [3] = OUTCOME_RETRY,
    [4] = OUTCOME_REFUSED,
    [5] = OUTCOME_RETRY,
};

static const struct code_row *
find_code(int64_t code)
{
    for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
        if (codes[i].code == code)
            return &codes[i];
    }
    return NULL;
}

const char *
http_code_name(int64_t code)
{
    const struct code_row *row = find_code(code);
    return row == NULL ? NULL : row->name;
}

char *
http_reply_words(const struct reply *reply)
{
    const char *text = reply->body.data;
    size_t len = reply->body.len;
    while (len > 0 && isspace((unsigned char)*text)) {
        text++;
        len--;
    }
    if (len == 0 || *text == '<' || !utf8_is_valid(text, len))
        return NULL;
    const char *end = memchr(text, '\n', len);
    return utf8_printable(text, end == NULL ? len : (size_t)(end - text),
                          EXCERPT_BYTES);
}

static void
set_answered(struct outcome *outcome, enum outcome_kind kind, const char *name,
             const struct reply *reply)
{
    char *excerpt = kind == OUTCOME_REFUSED ? http_reply_words(reply) : NULL;
    outcome_set(outcome, kind, "%lld%s%s%s%s", (long long)reply->code,
                name == NULL ? "" : " ", name == NULL ? "" : name,
                excerpt == NULL ? "" : ": ", excerpt == NULL ? "" : excerpt);
    free(excerpt);
}

void
http_outcome(const struct reply *reply, int64_t now_ms, struct outcome *outcome)
{
    if (outcome_without_answer(reply, outcome))
        return;
    if (reply->code < 200 || reply->code > 599) {
        /* The request went out and what came back is not HTTP as we know it. */
        outcome_set(outcome, OUTCOME_UNKNOWN, "an answer with the status code %lld",
                    (long long)reply->code);
        return;
    }
    const struct code_row *row = find_code(reply->code);
    enum outcome_kind kind = row == NULL ? classes[reply->code / 100] : row->kind;
    if (kind == OUTCOME_DELIVERED) {
        outcome_set(outcome, kind, NULL);
        return;
    }
    set_answered(outcome, kind, row == NULL ? NULL : row->name, reply);
    if (kind == OUTCOME_RETRY)
        outcome->retry_after_ms =
            retry_after_parse(reply_header(reply, "Retry-After"), now_ms);
}
