/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How long an HTTP answer asks to wait: Retry-After, and the moment at which a vendor's
 * limit begins anew.
 */
#ifndef BUDKAVLE_CHANNEL_HTTP_WAIT_H
#define BUDKAVLE_CHANNEL_HTTP_WAIT_H

#include "model/request.h"

/*
 * Retry-After: whole seconds or an HTTP-date (RFC 9110, 10.2.3; the three date forms of
 * 5.6.7). Milliseconds from now, 0 for a date that is past; -1 when value is NULL or
 * none of these.
 */
int64_t retry_after_parse(const char *value, int64_t now_ms);

/*
 * The header names a moment, as RFC 3339 (Mastodon) or in seconds since 1970 (GoToSocial,
 * Bluesky, X): milliseconds until then, 0 when it is past, -1 when there is no such
 * header. Counted from the answer's own Date, for the two clocks may differ.
 */
int64_t http_reset_wait(const struct reply *reply, const char *header, int64_t now_ms);

/* The header holds seconds from now, perhaps with decimals (Discord): milliseconds,
 * rounded up; -1 when there is no such header. */
int64_t http_seconds_wait(const struct reply *reply, const char *header);

/* The same of a number in the answer's JSON body, found by its pointer; unit_ms is what
 * 1 stands for. -1 when there is none. */
int64_t json_wait(const struct reply *reply, const char *pointer, int64_t unit_ms);

#endif
