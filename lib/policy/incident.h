/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How an event changes an incident. Order is kept field by field: a field holds the
 * value of the newest event that named it, so that every order of arrival gives the
 * same incident. See docs/events.md, "Order, repeats, contradictions".
 */
#ifndef BUDKAVLE_POLICY_INCIDENT_H
#define BUDKAVLE_POLICY_INCIDENT_H

#include "model/incident.h"

/* What one event did. */
struct change {
    bool existed;       /* the incident existed before */
    bool came_to_exist; /* kind and status are known since this event */
    bool late;          /* something newer had been received before it */
    enum incident_status status_before; /* while existed */
    uint32_t changed;  /* FIELD_BITs whose value is another than before */
    uint32_t filled;   /* FIELD_BITs this event is the newest to name */
    uint32_t supplied; /* FIELD_BITs that had no value before and have one now */
};

/*
 * Orders two stamps as events.md says: by revision, where one of two has none by
 * at_ms, on equality by receipt. Returns < 0, 0 or > 0.
 */
int stamp_compare(const struct stamp *a, const struct stamp *b);

/* Puts a new incident's identity in place; everything else is unknown. */
void incident_begin(struct incident *incident, const char *source, const char *number,
                    int64_t now_ms);

/*
 * Applies the event, which the store numbered `receipt`. RESULT_APPLIED, or
 * RESULT_OUTDATED when newer events had named everything it names, or RESULT_WAITING
 * when the incident does not exist yet afterwards (kind or status is unknown).
 */
enum event_result incident_apply(struct incident *incident, const struct event *event,
                                 int64_t receipt, struct change *change);

#endif
