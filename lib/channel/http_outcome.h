/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What an HTTP reply means by the rules that all HTTP channels share (RFC 9110 status
 * codes; Retry-After in both forms). A driver calls this first and then looks closer,
 * see reply_rule.h.
 */
#ifndef BUDKAVLE_CHANNEL_HTTP_OUTCOME_H
#define BUDKAVLE_CHANNEL_HTTP_OUTCOME_H

#include "model/request.h"

void http_outcome(const struct reply *reply, int64_t now_ms, struct outcome *outcome);

/* The name of a status code that is met often; NULL. */
const char *http_code_name(int64_t code);

/* The first line of the answer's body, made printable and cut: it helps the person who
 * must mend what was refused; web pages and binary answers do not. Caller frees; NULL:
 * nothing of use. */
char *http_reply_words(const struct reply *reply);

#endif
