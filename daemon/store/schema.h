/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The schema and its steps from version to version. For the files of this folder.
 */
#ifndef BUDKAVLE_STORE_SCHEMA_H
#define BUDKAVLE_STORE_SCHEMA_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

/* A step makes version N + 1 of version N, N being its place in the table. */
struct schema_step {
    const char *sql[16];                 /* run in order, as far as given */
    bool (*finish)(struct store *store); /* what SQL cannot do, behind it; NULL */
};
extern const struct schema_step schema_steps[];

/* STATUS_INVALID: a database of another program, or (store->damaged) one of ours whose
 * header is damaged; STATUS_CONFLICT: newer than n_steps. Changes nothing. */
enum status schema_check(struct store *store, int n_steps, struct error *error);

/*
 * Brings a database that was checked to version n_steps, each step in one transaction.
 * One that has content is copied beside itself before ("PATH.v1") if keep_copy says so.
 */
enum status schema_upgrade(struct store *store, const struct schema_step *steps,
                           int n_steps, int64_t now_ms, bool keep_copy,
                           struct error *error);

/* Copies the database whole and compact into a new file of mode 0600, synced. False,
 * with SQLite's account in the connection, when that failed. */
bool schema_copy_into(struct store *store, const char *path);

#endif
