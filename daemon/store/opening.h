/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The ways to open a store: plainly, after a suspicion of damage, or a copy that is to
 * become the database. For the files of this folder.
 */
#ifndef BUDKAVLE_STORE_OPENING_H
#define BUDKAVLE_STORE_OPENING_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

struct opening {
    const char *path;
    int64_t now_ms;
    bool examine; /* from end to end, however large it is */
    bool is_copy; /* no copy of it is kept before an upgrade */
};

/* As store_open. *is_damaged: it failed because the file is damaged, which is then as it
 * was before. */
enum status store_open_as(const struct opening *opening, struct store **store,
                          bool *is_damaged, struct error *error);

#endif
