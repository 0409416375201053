/* SPDX-License-Identifier: EUPL-1.2 */
/* A copy of a database that is in use. */
#include "raw.h"

#include "store/backup.h"

#include <time.h>

static int64_t
now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
save_copy(struct backup *backup, const char *path)
{
    int from = backup_open_copy(backup);
    int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char block[65536];
    ssize_t n;

    assert_true(from >= 0 && to >= 0);
    while ((n = read(from, block, sizeof(block))) > 0) {
        assert_int_equal(write(to, block, (size_t)n), n);
    }
    close(from);
    close(to);
}

static struct backup *
begin(struct fixture *fixture)
{
    struct backup *backup = NULL;
    struct error error = { 0 };

    if (backup_begin(fixture->store, &backup, &error) != STATUS_OK) {
        fail_msg("%s", error.text);
    }
    return backup;
}

static bool
step(struct backup *backup, int n_pages)
{
    struct error error = { 0 };
    bool done = false;

    if (backup_step(backup, n_pages, T0 + 5, &done, &error) != STATUS_OK) {
        fail_msg("%s", error.text);
    }
    return done;
}

static void
assert_sound(const char *path, int64_t n_events)
{
    assert_int_equal(raw_query(path, "SELECT count(*) FROM pragma_integrity_check"
                                     " WHERE integrity_check = 'ok'"),
                     1);
    assert_int_equal(raw_query(path, "SELECT count(*) FROM event"), n_events);
    assert_int_equal(
        raw_query(path, "SELECT value FROM meta WHERE name = 'backup_at_ms'"), T0 + 5);
}

static void
test_copy_is_whole(void **state)
{
    struct fixture *fixture = *state;
    char *saved = string_format("%s/saved", fixture->folder);
    char *scratch = string_format("%s.backup", fixture->path);
    int64_t incident = add_incident(fixture->store, "A1");
    struct backup *backup;
    struct stat status;

    add_event(fixture->store, incident, 1);
    commit(fixture->store);
    backup = begin(fixture);
    assert_int_equal(stat(scratch, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    while (!step(backup, 3)) {
    }
    save_copy(backup, saved);
    backup_end(backup);
    assert_int_not_equal(access(scratch, F_OK), 0);
    assert_sound(saved, 1);
    /* The database itself was told nothing. */
    raw_close(fixture);
    assert_int_equal(raw_query(fixture->path, "SELECT count(*) FROM meta"
                                              " WHERE name = 'backup_at_ms'"),
                     0);
    free(scratch);
    free(saved);
}

/* What is committed, rolled back and tried meanwhile is in the copy, or is not. */
static void
test_changes_meanwhile_are_in_it(void **state)
{
    enum {
        BEFORE = 3000,
        DURING = 200
    };
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    char *saved = string_format("%s/saved", fixture->folder);
    int64_t incident = add_incident(store, "A1");
    int64_t longest_us = 0;
    struct backup *backup;
    bool done = false;
    int n = 0;

    while (n < BEFORE) {
        add_event(store, incident, n++);
    }
    commit(store);
    backup = begin(fixture);
    while (!done) {
        int64_t begun_us = now_us();

        done = step(backup, 8);
        longest_us =
            now_us() - begun_us > longest_us ? now_us() - begun_us : longest_us;
        if (!done && n < BEFORE + DURING) {
            add_event(store, incident, n++);
            assert_false(step(backup, 1000000)); /* a transaction is open */
            store_try_begin(store);
            add_event(store, incident, -1);
            store_try_undo(store);
            commit(store);
            store_begin(store);
            add_event(store, incident, -2);
            store_rollback(store);
        }
    }
    assert_true(n > BEFORE); /* else nothing was tested */
    save_copy(backup, saved);
    backup_end(backup);
    assert_sound(saved, n);
    fprintf(stderr, "backup: %d events, %d meanwhile; longest step %lld us\n", n,
            n - BEFORE, (long long)longest_us);
    free(saved);
}

static void
test_given_up_leaves_nothing(void **state)
{
    struct fixture *fixture = *state;
    char *scratch = string_format("%s.backup", fixture->path);
    struct backup *backup = begin(fixture);

    assert_false(step(backup, 1));
    backup_end(backup);
    assert_int_not_equal(access(scratch, F_OK), 0);
    assert_int_equal(add_incident(fixture->store, "A1"), 1);
    commit(fixture->store);
    free(scratch);
}

/* One that a crash left is in nobody's way. */
static void
test_old_copy_is_replaced(void **state)
{
    struct fixture *fixture = *state;
    char *scratch = string_format("%s.backup", fixture->path);
    struct backup *backup;

    raw_execute(scratch, "CREATE TABLE old (x)");
    backup = begin(fixture);
    while (!step(backup, 100)) {
    }
    backup_end(backup);
    free(scratch);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_copy_is_whole),
        TEST(test_changes_meanwhile_are_in_it),
        TEST(test_given_up_leaves_nothing),
        TEST(test_old_copy_is_replaced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
