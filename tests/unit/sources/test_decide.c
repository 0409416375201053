/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is decided about a spool file, cell by cell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "sources/file_name.h"
#include "sources/scan.h"

#include <stdlib.h>
#include <string.h>

enum {
    SETTLE = 2000
};

static void
test_unfinished_names(void **state)
{
    static const struct {
        const char *name;
        bool unfinished;
    } cells[] = {
        { "a.json", false },     { ".a.json", true },    { ".", true },
        { "a~", true },          { "~a", false },        { "a.tmp", true },
        { "a.part", true },      { "a.filepart", true }, { "a.crdownload", true },
        { "a.tmp.json", false }, { "tmp", false },       { ".tmp", true },
        { "a.partial", false },  { "a.TMP", false },     { "a.json.part", true },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        assert_int_equal(file_name_is_unfinished(cells[i].name), cells[i].unfinished);
    }
}

static void
test_names(void **state)
{
    char longest[FILE_NAME_MAX_BYTES + 2];

    (void)state;
    memset(longest, 'x', sizeof(longest));
    longest[FILE_NAME_MAX_BYTES] = '\0';
    assert_null(file_name_problem("Täby 1.json"));
    assert_null(file_name_problem(longest));
    longest[FILE_NAME_MAX_BYTES] = 'x';
    longest[FILE_NAME_MAX_BYTES + 1] = '\0';
    assert_non_null(file_name_problem(longest));
    assert_non_null(file_name_problem("a\nb"));
    assert_non_null(file_name_problem("a\x7F"));
    assert_non_null(file_name_problem("a\xC2\x85"));
    assert_non_null(file_name_problem("\xFF"));
    char *escaped = file_name_escape("a\n\xFF"
                                     "b");
    assert_string_equal(escaped, "a\\x0A\\xFFb");
    free(escaped);
}

/* One row: a file as it was seen, the time, and what comes of it. */
struct cell {
    const char *what;
    struct seen_file file;
    int64_t now_ms;
    enum verdict verdict;
    int64_t due_ms;
};

/* links 0 is one link; no name is a plain one. */
#define FILE_AT(place, file_mode, bytes, ...)                                          \
    {                                                                                  \
        .folder = (place), .mode = (file_mode), .mark = { 1, 2, (bytes), 4 },          \
        __VA_ARGS__                                                                    \
    }

static void
test_decisions(void **state)
{
    static char name[] = "a.json";
    static char hidden[] = ".a.json";
    static char hostile[] = "a\nb";
    const struct cell cells[] = {
        { "new: at once", FILE_AT(FOLDER_NEW, S_IFREG, 9, .since_ms = 100), 100,
          VERDICT_TAKE, 100 },
        { "new: empty", FILE_AT(FOLDER_NEW, S_IFREG, 0, .since_ms = 100), 100,
          VERDICT_REFUSE, 0 },
        { "new: too large",
          FILE_AT(FOLDER_NEW, S_IFREG, SPOOL_MAX_FILE_BYTES + 1, .since_ms = 0), 0,
          VERDICT_REFUSE, 0 },
        { "new: as large as may be",
          FILE_AT(FOLDER_NEW, S_IFREG, SPOOL_MAX_FILE_BYTES, .since_ms = 0), 0,
          VERDICT_TAKE, 0 },
        { "new: written to after it was seen",
          FILE_AT(FOLDER_NEW, S_IFREG, 9, .since_ms = 100, .unsteady = true), 100,
          VERDICT_WAIT, 100 + SETTLE },
        { "new: a hidden name is complete too",
          FILE_AT(FOLDER_NEW, S_IFREG, 9, .name = hidden), 100, VERDICT_TAKE, 0 },
        { "new: again later", FILE_AT(FOLDER_NEW, S_IFREG, 9, .not_before_ms = 900),
          100, VERDICT_WAIT, 900 },
        { "drop: rests", FILE_AT(FOLDER_DROP, S_IFREG, 9, .since_ms = 100), 2099,
          VERDICT_WAIT, 2100 },
        { "drop: has rested", FILE_AT(FOLDER_DROP, S_IFREG, 9, .since_ms = 100), 2100,
          VERDICT_TAKE, 2100 },
        { "drop: empty may still be written",
          FILE_AT(FOLDER_DROP, S_IFREG, 0, .since_ms = 100), 2100, VERDICT_TAKE, 2100 },
        { "drop: asked to rest longer",
          FILE_AT(FOLDER_DROP, S_IFREG, 9, .since_ms = 100, .rest_ms = 60000), 2100,
          VERDICT_WAIT, 60100 },
        { "drop: still growing",
          FILE_AT(FOLDER_DROP, S_IFREG, SPOOL_MAX_FILE_BYTES + 1, .since_ms = 0), 100,
          VERDICT_WAIT, SETTLE },
        { "drop: too large",
          FILE_AT(FOLDER_DROP, S_IFREG, SPOOL_MAX_FILE_BYTES + 1, .since_ms = 0),
          SETTLE, VERDICT_REFUSE, 0 },
        { "drop: unfinished name", FILE_AT(FOLDER_DROP, S_IFREG, 9, .name = hidden),
          99999, VERDICT_LEAVE, 0 },
        { "symbolic link", FILE_AT(FOLDER_DROP, S_IFLNK, 9, .since_ms = 0), 0,
          VERDICT_REFUSE, 0 },
        { "pipe", FILE_AT(FOLDER_NEW, S_IFIFO, 0, .since_ms = 0), 0, VERDICT_REFUSE,
          0 },
        { "socket", FILE_AT(FOLDER_NEW, S_IFSOCK, 0, .since_ms = 0), 0, VERDICT_REFUSE,
          0 },
        { "device", FILE_AT(FOLDER_NEW, S_IFCHR, 0, .since_ms = 0), 0, VERDICT_REFUSE,
          0 },
        { "disk", FILE_AT(FOLDER_NEW, S_IFBLK, 0, .since_ms = 0), 0, VERDICT_REFUSE,
          0 },
        { "folder", FILE_AT(FOLDER_NEW, S_IFDIR, 0, .since_ms = 0), 0, VERDICT_FOLDER,
          0 },
        { "hostile name", FILE_AT(FOLDER_NEW, S_IFREG, 9, .name = hostile), 0,
          VERDICT_REFUSE, 0 },
        { "second link",
          FILE_AT(FOLDER_NEW, S_IFREG, 9, .links = 2, .linked_since_ms = 500), 60499,
          VERDICT_WAIT, 60500 },
        { "second link that stays",
          FILE_AT(FOLDER_NEW, S_IFREG, 9, .links = 2, .linked_since_ms = 500), 60500,
          VERDICT_REFUSE, 0 },
        { "done: as it was taken",
          FILE_AT(FOLDER_DONE, S_IFREG, 9, .taken = { 1, 2, 9, 4 }), 99999,
          VERDICT_LEAVE, 0 },
        { "done: grew, and rests",
          FILE_AT(FOLDER_DONE, S_IFREG, 9, .taken = { 1, 2, 5, 4 }, .since_ms = 100),
          100, VERDICT_WAIT, 2100 },
        { "done: grew, and has rested",
          FILE_AT(FOLDER_DONE, S_IFREG, 9, .taken = { 1, 2, 5, 4 }, .since_ms = 100),
          2100, VERDICT_TAKE, 2100 },
        { "done: a link is not ours",
          FILE_AT(FOLDER_DONE, S_IFLNK, 9, .taken = { 1, 2, 5, 4 }), 99999,
          VERDICT_LEAVE, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        struct seen_file file = cells[i].file;

        file.name = file.name == NULL ? name : file.name;
        file.links = file.links == 0 ? 1 : file.links;
        file.name_problem = file_name_problem(file.name);
        file.name_unfinished = file_name_is_unfinished(file.name);
        struct decision decision = scan_decide(&file, SETTLE, cells[i].now_ms);

        if (decision.verdict != cells[i].verdict ||
            (decision.verdict == VERDICT_WAIT && decision.due_ms != cells[i].due_ms)) {
            fail_msg("%s: verdict %d due %lld", cells[i].what, (int)decision.verdict,
                     (long long)decision.due_ms);
        }
        assert_int_equal(decision.reason != NULL, decision.verdict == VERDICT_REFUSE);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unfinished_names),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_decisions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
