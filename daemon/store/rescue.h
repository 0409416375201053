/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What becomes of a damaged database: it is set aside under another name, whole and with
 * its WAL, and a new one is begun in safe mode. Safe mode is a note in the new one; it
 * says that what was known is lost, and ends when a backup is restored or a person
 * accepts the loss.
 */
#ifndef BUDKAVLE_STORE_RESCUE_H
#define BUDKAVLE_STORE_RESCUE_H

#include "base/status.h"

#include <stdint.h>

struct store;

/*
 * As store_open, and first finishes a restore that was cut off. A database that is
 * damaged, or was found so by an earlier life and is after an examination, becomes
 * "PATH.damaged-YYYYmmddTHHMMSSZ" (and "…-wal"); one of another program or of a newer
 * version is refused as before.
 */
enum status store_open_or_rescue(const char *path, int64_t now_ms, struct store **store,
                                 struct error *error);

/* Why the store is in safe mode, a sentence for people; NULL when it is not. Caller
 * frees. */
char *store_safe_mode(struct store *store);
/* The name of the file that was set aside; NULL. Caller frees. */
char *store_set_aside_name(struct store *store);
/* The loss is accepted; inside the running transaction. */
void store_safe_mode_end(struct store *store);

#endif
