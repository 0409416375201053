/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a database holds, as one number, and whether it is whole. Knows nothing of the
 * tables, so that it serves every version of the schema.
 */
#ifndef BUDKAVLE_LAB_DATABASE_STATE_H
#define BUDKAVLE_LAB_DATABASE_STATE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A digest of all rows of all tables; 0 when they cannot be read. */
uint64_t database_digest(sqlite3 *connection);

/* Opens the file alone, as a start after a crash does, and checks it. False, with a
 * sentence in why, when it is not whole. */
bool database_is_whole(const char *path, uint64_t *digest, char *why, size_t size);

/* The connection that was opened last; call database_watch first. */
void database_watch(void);
sqlite3 *database_last_opened(void);

#endif
