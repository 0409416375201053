/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What waits for a second person: at most one message of an incident, whose deliveries
 * are held. Its words are in the message, its audience in the deliveries; here stand
 * the rules it waits by, since when, and who sent it. A delivery keeps its hold until it
 * is released: one that was cancelled before was never allowed to be said.
 */
#ifndef BUDKAVLE_STORE_APPROVALS_H
#define BUDKAVLE_STORE_APPROVALS_H

#include "store/outbound.h"

/* Valid when zeroed. */
struct approval {
    int64_t message_row, incident_row;
    unsigned rules;   /* a set of enum hold_rule */
    int64_t since_ms; /* when the first of those that replaced each other was held */
    char *uids;       /* users who sent it over the socket: "1000 1001" */
    char *audience;   /* who was to hear it: a line "CHANNEL DIGEST" each */
};
void approval_clear(struct approval *approval);

struct approvals {
    struct approval *items;
    size_t count;
};
void approvals_clear(struct approvals *approvals);

void store_approval_add(struct store *store, const struct approval *approval);
/* The one of the incident, while any of its deliveries is held; clears *approval. */
bool store_approval_find(struct store *store, int64_t incident_row,
                         struct approval *approval);
/* All of them, oldest first; forgets those without a held delivery. */
void store_approvals_load(struct store *store, struct approvals *approvals);

/* The deliveries of the message that are held, appended to *rows. */
void store_approval_rows(struct store *store, int64_t message_row,
                         struct outbound_rows *rows);

/* It may be said: its held deliveries become due now, at least so urgent, and the
 * message is written now. How many. */
int64_t store_approval_release(struct store *store, int64_t message_row,
                               enum priority least, int64_t now_ms);
/* Its held deliveries are cancelled for the reason, and appended to *cancelled. */
void store_approval_withdraw(struct store *store, int64_t message_row,
                             const char *reason, int64_t now_ms,
                             struct outbound_rows *cancelled);

#endif
