/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A disk that lost its power: what a journal's files and folders can look like when all
 * ended before its record number `at`. What was synced is there. Of what was not, a
 * write may be there or not, whole or in some of its sectors, and independently of what
 * was written before and after it; a name that was made, moved or removed may be so or
 * not until its folder was synced.
 */
#ifndef BUDKAVLE_LAB_DISK_H
#define BUDKAVLE_LAB_DISK_H

#include "journal_read.h"

enum cut_mode {
    CUT_DROP, /* writes are there whole, or not at all */
    CUT_TEAR  /* each sector by itself */
};

struct cut {
    size_t at;
    enum cut_mode mode;
    uint64_t seed;
    bool
        deaf; /* syncs are not heeded: a disk that lies, to prove that the lab sees it */
    size_t n_pending, n_lost; /* out: writes not synced at the cut, and those lost whole
                                 or in part; names are counted too */
};

/* Writes what is left into the folder, which is made. */
void disk_cut(const struct journal *journal, struct cut *cut, const char *folder);

#endif
