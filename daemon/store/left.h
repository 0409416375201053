/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Recipients who left a channel: their address is no more, or they said that they want to
 * hear no more. They are left out from then on, whatever the list's file says.
 *
 * An address that is gone is forgotten when the file no longer has it, so that the file
 * may bring it back. A person's word stands until a person takes it back: a register that
 * drops an address and has it again says nothing of what the person wants.
 *
 * The addresses are personal data: logs and the audit log name the number of the row.
 */
#ifndef BUDKAVLE_STORE_LEFT_H
#define BUDKAVLE_STORE_LEFT_H

#include "model/act.h"
#include "model/names.h"
#include "store/outbound.h"

/* One who left. Strings are owned; valid when zeroed. */
struct left {
    int64_t number; /* of the row; never given twice */
    char *recipient;
    int64_t since_ms;
    enum left_reason reason;
    char *detail; /* what the other side said; NULL */
};
void left_clear(struct left *left);

/* Who, where and why. detail has no address in it, and may be NULL. uid: who says so, or
 * ACT_BY_DAEMON for what an answer said. */
struct departure {
    const char *channel, *recipient, *detail;
    enum left_reason reason;
    int64_t uid;
};
/*
 * Leaves the recipient out from now on; the number of the row. What waits for the
 * recipient ends when its turn comes. Doing it again changes nothing, but that a person's
 * word replaces the other reason. A person's doing stands in the audit log.
 */
int64_t store_left_add(struct store *store, const struct departure *departure,
                       int64_t now_ms);
/* A person takes it back, for a reason or NULL; false: the recipient had not left. */
bool store_left_take_back(struct store *store, const char *channel,
                          const char *recipient, const char *reason, int64_t uid,
                          int64_t now_ms);

/* Clears *left first. */
bool store_left_find(struct store *store, const char *channel, const char *recipient,
                     struct left *left);
/* By number, behind `after`, at most limit; each until it returns false. */
void store_left_list(struct store *store, const char *channel, int64_t after,
                     int64_t limit,
                     bool (*each)(void *context, const struct left *left),
                     void *context);
/* How many; counted as they change. */
int64_t store_left_count(struct store *store, const char *channel);

/* How a delivery to one who left ends (docs/delivery.md, D3). */
enum delivery_state left_state(enum left_reason reason);
/* Ends it, claimed a moment ago, and what it was to cover, and appends them: *row moves.
 * The attempt that was counted is not made. */
void store_left_conclude(struct store *store, struct outbound_row *row_take,
                         const struct left *left, int64_t now_ms,
                         struct outbound_rows *concluded);

/* For the files of this folder: */
/* A list of the channel is complete: who is gone and not in it is forgotten. */
void left_forget(struct store *store, int64_t channel, int64_t list);
/* Takes over who left by the word of the database `file`, as far as it can be read: a
 * restore must not bring back those who asked to be left alone. How many. */
int64_t left_carry(struct store *store, const char *file);

#endif
