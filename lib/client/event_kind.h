/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What kind of text events are, for the Content-Type. The daemon looks at the content
 * itself, so this says no more than what is meant.
 */
#ifndef BUDKAVLE_CLIENT_EVENT_KIND_H
#define BUDKAVLE_CLIENT_EVENT_KIND_H

#include <stddef.h>

/* "application/cap+xml", "application/x-ndjson" or "application/json"; static. */
const char *event_kind(const char *events, size_t len);

#endif
