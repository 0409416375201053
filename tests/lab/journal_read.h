/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading a journal (journal.h) that a process has left. */
#ifndef BUDKAVLE_LAB_JOURNAL_READ_H
#define BUDKAVLE_LAB_JOURNAL_READ_H

#include "journal.h"

struct journal {
    char *data;
    size_t len;
    size_t *records; /* where each begins */
    size_t n_records;
};

/* Reads a journal whole; a record that was cut off is passed over. Ends the process
 * when it cannot be read. */
void journal_load(const char *file, struct journal *journal);
void journal_clear(struct journal *journal);
const struct journal_record *journal_get(const struct journal *journal, size_t number,
                                         const char **path, const char **path2,
                                         const char **data);

#endif
