/* SPDX-License-Identifier: EUPL-1.2 */
/* The columns of an incident in the order in which they are read. */
#ifndef BUDKAVLE_STORE_INCIDENT_COLUMNS_H
#define BUDKAVLE_STORE_INCIDENT_COLUMNS_H

#include "store/incidents.h"

#include <sqlite3.h>

#define INCIDENT_COLUMNS                                                               \
    "row, source, number, record, known, status, mode, merged, sequence,"              \
    " created_at_ms, updated_at_ms, exists_since_ms, closed_at_ms, next_check_ms,"     \
    " promise_at_ms, promise_made_ms, lapses"
enum {
    INCIDENT_COLUMN_COUNT = 17
};

/* Fills a zeroed row from a statement that stands on one. */
void incident_row_read(const struct store *store, sqlite3_stmt *statement,
                       struct incident_row *row);

#endif
