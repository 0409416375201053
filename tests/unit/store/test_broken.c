/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A disk that fails: the calls that write and sync are this program's own, and fail when
 * a test says so. What failed is never tried again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int n_syncs;
static int failing_sync; /* the number of the one that fails; 0: none */
static ino_t full_inode; /* the file that cannot be written to; 0: none */
static int why_full = ENOSPC;

static int
sync_or_fail(long number, int fd)
{
    if (++n_syncs == failing_sync) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(number, fd);
}

/* SQLite finds these before the C library's. */
int
fsync(int fd)
{
    return sync_or_fail(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
    return sync_or_fail(SYS_fdatasync, fd);
}

ssize_t
pwrite64(int fd, const void *data, size_t len, off64_t offset)
{
    struct stat info;

    if (full_inode != 0 && fstat(fd, &info) == 0 && info.st_ino == full_inode) {
        errno = why_full;
        return -1;
    }
    return (ssize_t)syscall(SYS_pwrite64, fd, data, len, offset);
}

static void
note(struct store *store, const char *name, const char *value)
{
    store_note_save(store, name, value);
}

/* So much that the log is moved into the database with the next commit; what has not
 * changed would not be written. */
static void
note_much(struct store *store)
{
    static int letter;
    char *big = memory_alloc(1024 * 1024 + 1);

    memset(big, 'a' + letter++ % 26, 1024 * 1024);
    for (int i = 0; i < 5; i++) {
        char name[16];

        (void)snprintf(name, sizeof(name), "big%d", i);
        store_note_save(store, name, big);
    }
    free(big);
}

static void
expect_note(struct store *store, const char *name, const char *expected)
{
    char *value = store_note_find(store, name);

    assert_non_null(value);
    assert_string_equal(value, expected);
    free(value);
}

/* Nothing is written and nothing synced any more, up to the end of the process. */
static void
expect_broken(struct fixture *fixture)
{
    struct error error = { 0 };
    int n_before = n_syncs;

    assert_true(store_failed(fixture->store));
    note(fixture->store, "after", "value");
    assert_int_equal(store_commit(fixture->store, &error), STATUS_IO);
    assert_non_null(strstr(error.text, fixture->path));
    store_close(fixture->store);
    assert_int_equal(n_syncs, n_before);
    failing_sync = 0;
    assert_int_equal(store_open(fixture->path, T0, &fixture->store, &error), STATUS_OK);
    expect_note(fixture->store, "before", "value");
    assert_null(store_note_find(fixture->store, "after"));
}

static void
test_a_sync_that_fails_is_the_last(void **state)
{
    struct fixture *fixture = *state;
    struct error error = { 0 };

    note(fixture->store, "before", "value");
    commit(fixture->store);
    note(fixture->store, "during", "value");
    failing_sync = n_syncs + 1;
    assert_int_equal(store_commit(fixture->store, &error), STATUS_IO);
    assert_int_equal(n_syncs, failing_sync);
    expect_broken(fixture);
}

/* The commit itself, the log before it is moved, the database after it: whichever sync
 * fails, the commit is not acknowledged and no other follows. */
static void
test_a_checkpoint_that_fails_is_the_last(void **state)
{
    struct fixture *fixture = *state;
    struct error error = { 0 };
    int n_failed = 0;

    note(fixture->store, "before", "value");
    commit(fixture->store);
    for (;;) {
        note_much(fixture->store);
        failing_sync = n_syncs + n_failed + 1;
        if (store_commit(fixture->store, &error) == STATUS_OK) {
            break;
        }
        n_failed++;
        assert_int_equal(n_syncs, failing_sync);
        expect_broken(fixture);
        note(fixture->store, "small", "value");
        commit(fixture->store); /* what lay in the log is moved */
    }
    assert_true(n_syncs < failing_sync);
    failing_sync = 0;
    assert_in_range(n_failed, 2, 10);
}

/* Whatever keeps the log from growing: the turn is undone, and the next one is tried. */
static void
test_a_log_without_room(void **state)
{
    static const int causes[] = { ENOSPC, EDQUOT, EFBIG, EIO };
    struct fixture *fixture = *state;
    struct error error = { 0 };
    struct stat info;
    char *log = string_format("%s-wal", fixture->path);

    note(fixture->store, "before", "value");
    commit(fixture->store);
    assert_int_equal(stat(log, &info), 0);
    free(log);
    for (size_t i = 0; i < ARRAY_COUNT(causes); i++) {
        bool is_room = causes[i] != EIO;

        note(fixture->store, "during", "value");
        full_inode = info.st_ino;
        why_full = causes[i];
        assert_int_equal(store_commit(fixture->store, &error),
                         is_room ? STATUS_FULL : STATUS_IO);
        full_inode = 0;
        why_full = ENOSPC;
        assert_int_equal(store_failed(fixture->store), !is_room);
        if (is_room) {
            assert_null(store_note_find(fixture->store, "during"));
            expect_note(fixture->store, "before", "value");
        }
    }
    expect_broken(fixture);
}

static void
test_a_checkpoint_without_room(void **state)
{
    struct fixture *fixture = *state;
    struct stat info;

    assert_int_equal(stat(fixture->path, &info), 0);
    note(fixture->store, "before", "value");
    commit(fixture->store);
    assert_false(store_is_short_of_room(fixture->store));
    note_much(fixture->store);
    full_inode = info.st_ino;
    commit(fixture->store); /* the log has it */
    full_inode = 0;
    assert_true(store_is_short_of_room(fixture->store));
    note(fixture->store, "after", "value");
    commit(fixture->store);
    assert_false(store_is_short_of_room(fixture->store));
    fixture_reopen(fixture);
    expect_note(fixture->store, "before", "value");
    expect_note(fixture->store, "after", "value");
}

/* A log that grew while the database could not take it is cut back afterwards. */
static void
test_the_log_is_cut_back(void **state)
{
    struct fixture *fixture = *state;
    char *log = string_format("%s-wal", fixture->path);
    struct stat info;

    assert_int_equal(stat(fixture->path, &info), 0);
    full_inode = info.st_ino;
    for (int i = 0; i < 4; i++) {
        note_much(fixture->store);
        commit(fixture->store);
    }
    full_inode = 0;
    assert_int_equal(stat(log, &info), 0);
    assert_true(info.st_size > 16 * 1024 * 1024);
    for (int i = 0; i < 3; i++) {
        note(fixture->store, "small", i % 2 == 0 ? "even" : "odd");
        commit(fixture->store);
    }
    assert_int_equal(stat(log, &info), 0);
    assert_true(info.st_size <= 8 * 1024 * 1024);
    free(log);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_sync_that_fails_is_the_last),
        TEST(test_a_checkpoint_that_fails_is_the_last),
        TEST(test_a_log_without_room),
        TEST(test_a_checkpoint_without_room),
        TEST(test_the_log_is_cut_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
