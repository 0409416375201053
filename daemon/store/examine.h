/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Examining a database that is open: is it as SQLite and this program wrote it? For the
 * files of this folder. What an examination reads, it reads from end to end: a second
 * for some hundred megabytes.
 */
#ifndef BUDKAVLE_STORE_EXAMINE_H
#define BUDKAVLE_STORE_EXAMINE_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

/* Up to this size a database is examined at every start; tests change it. */
extern int64_t examine_cheap_bytes;
bool examine_is_cheap(struct store *store);

/* Pages, tables and indexes agree (PRAGMA integrity_check). Any version of the schema.
 * STATUS_INVALID with what is wrong; other failures as they are. */
enum status examine_structure(struct store *store, struct error *error);

/* Every number stands for something, every text is UTF-8, every reference leads to a
 * row. The present version of the schema only. */
enum status examine_content(struct store *store, struct error *error);

/* No row contradicts another. For a database that has failed all the same: what was
 * met once is looked for, and no more is taken to be impossible. */
enum status examine_contradictions(struct store *store, struct error *error);

#endif
