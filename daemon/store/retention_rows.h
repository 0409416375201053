/* SPDX-License-Identifier: EUPL-1.2 */
/* The single steps of removing what is old. For retention.c. */
#ifndef BUDKAVLE_STORE_RETENTION_ROWS_H
#define BUDKAVLE_STORE_RETENTION_ROWS_H

#include "store/retention.h"

/* The next incident that closed before the moment, after the place that is moved on. */
bool retention_next(struct store *store, enum retention_stage stage, int64_t before_ms,
                    int64_t *closed_ms, int64_t *row);
/* It is part of one that is not over, or closed later. */
bool retention_belongs_to_open(struct store *store, int64_t incident,
                               int64_t before_ms);
/* One that was told as part of it; 0. */
int64_t retention_part_of(struct store *store, int64_t incident);

/* It closed before, or is part of another one, and nothing is to be said of it. */
bool retention_is_over(struct store *store, int64_t incident, int64_t before_ms);
/* Looks at the next max_rows deliveries behind *seen_row. False when one of them is
 * unfinished or parked. */
bool retention_are_finished(struct store *store, int64_t incident, int64_t *seen_row,
                            int64_t max_rows, bool *more);

/* These do at most max_rows rows, and return whether there was anything to do. */
bool retention_empty_bodies(struct store *store, int64_t incident, int64_t max_rows);
/* keep_counts: the incident and its counts stay. */
bool retention_remove_deliveries(struct store *store, int64_t incident,
                                 int64_t max_rows, bool keep_counts);
/* Events and messages first, at last the incident, and then false. */
bool retention_remove_rest(struct store *store, int64_t incident, int64_t max_rows);
bool retention_remove_files(struct store *store, int64_t before_ms, int64_t max_rows);

void retention_note_bodies(struct store *store, int64_t incident);
void retention_note_deliveries(struct store *store, int64_t incident);

#endif
