/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What an HTTP reply means by the rules that all HTTP channels share (RFC 9110 status
 * codes; Retry-After in both forms). A driver calls this first and then looks closer.
 */
#ifndef BUDKAVLE_CHANNEL_HTTP_OUTCOME_H
#define BUDKAVLE_CHANNEL_HTTP_OUTCOME_H

#include "model/request.h"

void http_outcome(const struct reply *reply, int64_t now_ms, struct outcome *outcome);

/*
 * Retry-After: whole seconds or an HTTP-date (RFC 9110, 10.2.3; the three date forms of
 * 5.6.7). Milliseconds from now, 0 for a date that is past; -1 when value is NULL or
 * none of these.
 */
int64_t retry_after_parse(const char *value, int64_t now_ms);

#endif
