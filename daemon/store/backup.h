/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A copy of the database while it is in use, over its one connection: a few pages at a
 * time, and what changes meanwhile changes in the copy too. The copy lies beside the
 * database ("PATH.backup") until it is given up.
 */
#ifndef BUDKAVLE_STORE_BACKUP_H
#define BUDKAVLE_STORE_BACKUP_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct backup;
struct store;

/* One at a time for a store. STATUS_FULL, STATUS_IO. */
enum status backup_begin(struct store *store, struct backup **backup,
                         struct error *error);
/* Before the store is closed. Removes the copy. NULL is allowed. */
void backup_end(struct backup *backup);

/*
 * Copies up to n_pages further pages. Outside of a transaction; inside one it does
 * nothing. *done: the copy is whole, says that it was made at now_ms, and can be read.
 */
enum status backup_step(struct backup *backup, int n_pages, int64_t now_ms, bool *done,
                        struct error *error);

/* A descriptor of the whole copy for reading, the caller's to close; -1 with errno. */
int backup_open_copy(const struct backup *backup);

/* Removes what a backup left that was cut off with its process. */
void backup_forget(const char *store_path);

#endif
