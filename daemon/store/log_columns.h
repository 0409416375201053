/* SPDX-License-Identifier: EUPL-1.2 */
/* Rows of the table `log`, for log.c and what takes rows over from elsewhere. */
#ifndef BUDKAVLE_STORE_LOG_COLUMNS_H
#define BUDKAVLE_STORE_LOG_COLUMNS_H

#include "store/log.h"

#include <sqlite3.h>

#define LOG_COLUMNS                                                                    \
    "row, at_ms, uid, action, incident, outbound, channel, reason, previous, hash"

/* Reads LOG_COLUMNS; the act is to be cleared. */
void log_read(sqlite3_stmt *statement, struct act *act);
/* As it is, with its row and its hash. */
void log_insert(struct store *store, const struct act *act);
void log_anchor_set(struct store *store, const struct log_end *anchor);

#endif
