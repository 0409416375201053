/* SPDX-License-Identifier: EUPL-1.2 */
/* A journal as a list of records. */
#include "journal_read.h"

#include "base/memory.h"
#include "stage.h"

#include <stdlib.h>
#include <string.h>

static size_t
record_size(const struct journal_record *record)
{
    return sizeof(*record) + record->path_len + record->path2_len + record->data_len;
}

static void
read_record(const struct journal *journal, size_t at, struct journal_record *record)
{
    memcpy(record, journal->data + at, sizeof(*record));
}

void
journal_load(const char *file, struct journal *journal)
{
    struct journal_record record;
    size_t at = 0;

    memset(journal, 0, sizeof(*journal));
    journal->data = stage_read(file, &journal->len);
    while (at + sizeof(record) <= journal->len) {
        read_record(journal, at, &record);
        if (record.kind >= JOURNAL_KIND_COUNT ||
            record_size(&record) > journal->len - at) {
            break;
        }
        journal->records = memory_grow(journal->records, journal->n_records,
                                       sizeof(*journal->records));
        journal->records[journal->n_records++] = at;
        at += record_size(&record);
    }
}

void
journal_clear(struct journal *journal)
{
    free(journal->data);
    free(journal->records);
    memset(journal, 0, sizeof(*journal));
}

const struct journal_record *
journal_get(const struct journal *journal, size_t number, const char **path,
            const char **path2, const char **data)
{
    static struct journal_record record;
    const char *start = journal->data + journal->records[number];

    memcpy(&record, start, sizeof(record));
    *path = start + sizeof(record);
    *path2 = *path + record.path_len;
    *data = *path2 + record.path2_len;
    return &record;
}
