/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the reading routes answer, made of the store and of reports without a request at
 * hand. All return a new reference. Internal to api/.
 */
#ifndef BUDKAVLE_API_ANSWERS_H
#define BUDKAVLE_API_ANSWERS_H

#include "base/buffer.h"
#include "model/report.h"
#include "store/incidents.h"
#include "store/outbound.h"

#include <jansson.h>

/* {"incidents": […], "next": cursor or null}; the filter's limit is that of the page. */
json_t *incidents_answer(struct store *store, const struct incident_filter *filter);
json_t *messages_answer(struct store *store, const struct message_filter *filter);
/* recipients: whether to name persons. */
json_t *deliveries_answer(struct store *store, const struct outbound_filter *filter,
                          bool recipients);

/* What was reported of a delivery: {"state", "at", "reason"}. */
json_t *report_shape(const struct outbound_row *row);

json_t *incident_answer(struct store *store, const struct incident_row *row);
/* {"timeline": […]}, oldest first. */
json_t *timeline_answer(struct store *store, int64_t incident_row);
json_t *timeline_entry_shape(const struct timeline_entry *entry);
/* Adds "etr" to the shape of an event whose body names one; *before_ms is the one that was
 * received before (TIME_NONE: none), and becomes this one. */
void timeline_estimate(const char *body, int64_t *before_ms, json_t *shape);

/*
 * Has every message reached every channel (docs/delivery.md, D12)? Of one incident, or
 * (NULL) of all. `missing` has at most limit rows behind the key `after`.
 */
json_t *audit_answer(struct store *store, const struct incident_row *incident,
                     int64_t after, int64_t limit);

json_t *status_answer(const struct daemon_report *report, int64_t now_ms);
/* {"channels": […], "next": null} */
json_t *channels_answer(const struct daemon_report *report, int64_t now_ms);

/* Prometheus text format 0.0.4. */
void metrics_format(const struct metrics *metrics, const struct daemon_report *report,
                    struct store *store, int64_t now_ms, struct buffer *out);

#endif
