/* SPDX-License-Identifier: EUPL-1.2 */
/* The columns of a delivery in the order in which they are read. */
#ifndef BUDKAVLE_STORE_OUTBOUND_COLUMNS_H
#define BUDKAVLE_STORE_OUTBOUND_COLUMNS_H

#include "store/outbound.h"

#include <sqlite3.h>

#define OUTBOUND_COLUMNS                                                               \
    "row, message, incident, sequence, previous, channel, recipient, list, state,"     \
    " priority, late, transport, created_at_ms, due_at_ms, attempted_at_ms,"           \
    " concluded_at_ms, attempts, owner, lease_until_ms, last_error, remote_id,"        \
    " covered_by, hold, doubt, reported, reported_at_ms, report_reason"
/* With what lists fill in. */
#define OUTBOUND_COLUMNS_LISTED                                                        \
    OUTBOUND_COLUMNS ", (SELECT m.notice FROM message m WHERE m.row = outbound.message)"
enum {
    OUTBOUND_COLUMN_COUNT = 27
};

/* Fills a zeroed row from a statement that stands on one. */
void outbound_row_read(const struct store *store, sqlite3_stmt *statement,
                       struct outbound_row *row);
/* Appends the row the statement stands on. */
void outbound_rows_read(const struct store *store, sqlite3_stmt *statement,
                        struct outbound_rows *rows);

#endif
