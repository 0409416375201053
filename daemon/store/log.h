/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The audit log in the store: every act of a person, in a chain of hashes (model/act.h).
 * Rows are added at its end and never changed; retention cuts the oldest, and the hash of
 * the last row that was cut stays as the anchor of what is left. store_action_add
 * (store/incidents.h) is the one way in.
 */
#ifndef BUDKAVLE_STORE_LOG_H
#define BUDKAVLE_STORE_LOG_H

#include "model/act.h"
#include "store/store.h"

/* The end of the chain, or the place before its first row: row 0 and ACT_NO_PREVIOUS
 * when nothing was ever cut or written. */
struct log_end {
    int64_t row;
    char hash[SHA256_HEX_SIZE];
};
void store_log_head(struct store *store, struct log_end *head);
void store_log_anchor(struct store *store, struct log_end *anchor);

/* Adds the act behind the head, inside the running transaction: fills in its row,
 * `previous` and hash. */
void store_log_add(struct store *store, struct act *act);

struct log_filter {
    const char *incident_id; /* NULL: all */
    int64_t after;           /* the last row seen; 0 */
    int64_t limit;
};
/* Oldest first; each until it returns false. The act is borrowed. */
void store_log_list(struct store *store, const struct log_filter *filter,
                    bool (*each)(void *context, const struct act *act), void *context);

/* Removes the oldest rows of before the moment, at most max_rows of them, and keeps the
 * anchor; whether there were any. */
bool store_log_cut(struct store *store, int64_t before_ms, int64_t max_rows);

/*
 * Takes over, unchanged, the rows that the database `file` has behind the head of this
 * one's log, as far as they can be read and fit: after a restore, or when a damaged
 * database was set aside, what people did meanwhile stays known. How many.
 */
int64_t log_carry(struct store *store, const char *file);

/* The step of the schema that made the log: acts of earlier versions, in their order. */
bool log_take_over(struct store *store);

#endif
