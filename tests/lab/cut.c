/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Makes the folder that a power cut leaves of a journal (disk.h), and says what the
 * program had promised before it.
 * usage: cut JOURNAL                        how many records, and where answers are
 *        cut JOURNAL FOLDER AT drop|tear SEED
 * The second prints "pending N lost N", then what had gone out on the program's socket.
 */
#include "disk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
print_promises(const struct journal *journal, size_t at)
{
    const char *path, *path2, *data;

    for (size_t i = 0; i < at && i < journal->n_records; i++) {
        const struct journal_record *record =
            journal_get(journal, i, &path, &path2, &data);

        if (record->kind == JOURNAL_ANSWER) {
            (void)fwrite(data, 1, record->data_len, stdout);
        }
    }
}

static void
print_summary(const struct journal *journal)
{
    const char *path, *path2, *data;
    size_t begin = 0;

    while (begin < journal->n_records &&
           journal_get(journal, begin, &path, &path2, &data)->kind <=
               JOURNAL_FOLDER_THERE) {
        begin++;
    }
    printf("%zu %zu\n", begin, journal->n_records);
}

int
main(int argc, char **argv)
{
    struct journal journal;
    struct cut cut = { 0 };

    if (argc != 2 && argc != 6) {
        fprintf(stderr, "usage: cut JOURNAL [FOLDER AT drop|tear SEED]\n");
        return 2;
    }
    journal_load(argv[1], &journal);
    if (argc == 2) {
        print_summary(&journal);
    } else {
        cut.at = (size_t)strtoumax(argv[3], NULL, 10);
        cut.mode = strcmp(argv[4], "tear") == 0 ? CUT_TEAR : CUT_DROP;
        cut.seed = (uint64_t)strtoumax(argv[5], NULL, 10);
        disk_cut(&journal, &cut, argv[2]);
        printf("pending %zu lost %zu\n", cut.n_pending, cut.n_lost);
        print_promises(&journal, cut.at);
    }
    journal_clear(&journal);
    return 0;
}
