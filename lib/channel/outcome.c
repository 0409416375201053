/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes outcomes, and says what it means when no whole answer came.
 */
#include "channel/outcome.h"

#include "base/memory.h"
#include "base/utf8.h"

/* utf8_printable adds this to what it cuts. */
#define ELLIPSIS "…"

/* REPLY_ANSWERED has no row of its own: the driver looks at the code. */
static const struct {
    enum outcome_kind kind;
    const char *otherwise; /* said when the sender gave no words */
} without_answer[REPLY_RESULT_COUNT] = {
    [REPLY_NOT_SENT] = { OUTCOME_TRANSPORT, "the peer was not reached" },
    [REPLY_UNKNOWN] = { OUTCOME_UNKNOWN, "sent, but no answer came" },
    [REPLY_CERTIFICATE] = { OUTCOME_CREDENTIALS,
                            "the peer's certificate is not valid" },
    [REPLY_FORBIDDEN] = { OUTCOME_CREDENTIALS,
                          "the address is not allowed by the configuration" },
    [REPLY_BAD_REQUEST] = { OUTCOME_CREDENTIALS,
                            "the request cannot be carried out as it is configured" },
};

void
outcome_set(struct outcome *outcome, enum outcome_kind kind, const char *format, ...)
{
    outcome_clear(outcome);
    outcome->kind = kind;
    outcome->retry_after_ms = -1;
    if (format == NULL)
        return;
    struct buffer text = { 0 };
    va_list arguments;
    va_start(arguments, format);
    buffer_addv(&text, format, arguments);
    va_end(arguments);
    if (text.len > 0)
        outcome->detail = utf8_printable(text.data, text.len,
                                         OUTCOME_DETAIL_BYTES - (sizeof ELLIPSIS - 1));
    buffer_clear(&text);
}

bool
outcome_without_answer(const struct reply *reply, struct outcome *outcome)
{
    if (reply->result == REPLY_ANSWERED)
        return false;
    const char *said = reply->detail;
    outcome_set(outcome, without_answer[reply->result].kind, "%s",
                said != NULL && said[0] != '\0'
                    ? said
                    : without_answer[reply->result].otherwise);
    return true;
}
