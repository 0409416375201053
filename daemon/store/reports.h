/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What gateways report of deliveries later than in their answers. A delivery stays in its
 * state; what was reported of it stands beside. Reports may come twice, in any order, and
 * before the answer is recorded: of two, the one further down in enum report_state holds.
 */
#ifndef BUDKAVLE_STORE_REPORTS_H
#define BUDKAVLE_STORE_REPORTS_H

#include "store/outbound.h"

struct report_entry {
    enum report_state state;
    const char *reason;    /* NULL */
    const char *remote_id; /* kept where the row has none yet; NULL */
};

/* False: nothing new, or the row is gone. */
bool store_report_note(struct store *store, int64_t row,
                       const struct report_entry *entry, int64_t now_ms);

/* The newest delivery of the channel that the gateway calls so. *row is zeroed. */
bool store_report_find(struct store *store, const char *channel, const char *remote_id,
                       struct outbound_row *row);

/* Of the newest final reports of the channel since a moment, at most limit: how many
 * there are, how many of them say that it failed, and when the oldest came. */
struct report_counts {
    int64_t n, failed;
    int64_t oldest_ms; /* TIME_NONE: there is none */
};
void store_report_counts(struct store *store, const char *channel, int64_t since_ms,
                         int64_t limit, struct report_counts *counts);

/* How many deliveries of the incident (0: of all) were reported as failed; and those
 * that the filter wants (its unfinished_only is not looked at). */
int64_t store_report_failed(struct store *store, int64_t incident_row);
void store_report_failed_list(struct store *store, const struct outbound_filter *filter,
                              bool (*each)(void *context,
                                           const struct outbound_row *row),
                              void *context);

#endif
