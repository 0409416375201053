/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Crashes, a store that has no room, folders that vanish: nothing is lost or taken twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

/* One look that takes a batch, and the process ends before the commit is told. */
static void
look_and_commit_only_in_the_store(struct fixture *fixture)
{
    fixture->now.mono_ms += 100;
    inbox_hint(fixture->inbox, FOLDER_NEW);
    assert_true(inbox_look(fixture->inbox, fixture->now, &fixture->next_ms));
    for (size_t i = 0; i < fixture->uncommitted.count; i++) {
        strings_add(&fixture->known, fixture->uncommitted.items[i]);
    }
}

static void
test_crash_between_commit_and_move(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json", event_one);
    look_and_commit_only_in_the_store(fixture);
    assert_true(is_there(fixture, "new/a.json"));
    restart(fixture);
    after(fixture, 100);
    expect_logged(fixture, "take", "a.json:I-1");
    assert_true(is_there(fixture, "done/a.json"));
}

static void
test_crash_before_the_commit(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json", event_one);
    fixture->now.mono_ms += 100;
    inbox_hint(fixture->inbox, FOLDER_NEW);
    assert_true(inbox_look(fixture->inbox, fixture->now, &fixture->next_ms));
    restart(fixture);
    after(fixture, 100);
    expect_logged(fixture, "take", "a.json:I-1 a.json:I-1");
    assert_true(is_there(fixture, "done/a.json"));
}

static void
test_the_same_name_with_other_content_is_taken(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json", event_one);
    after(fixture, 100);
    put(fixture, "new/a.json", event_two);
    after(fixture, 100);
    put(fixture, "new/a.json", event_one);
    after(fixture, 100);
    expect_logged(fixture, "take", "a.json:I-1 a.json:I-2");
    assert_int_equal(count_in(fixture, "done"), 3);
}

static void
test_growth_while_the_daemon_was_down(void **state)
{
    struct fixture *fixture = *state;
    struct stat info;

    put(fixture, "new/a.json", event_one);
    after(fixture, 100);
    put_more(fixture, "done/a.json", "\n{\"incident\":\"I-9\"}\n");
    char *path = path_of(fixture, "done/a.json");
    assert_int_equal(stat(path, &info), 0);
    free(path);
    /* The start is a moment after the file was written to. */
    fixture->now.wall_ms = (int64_t)info.st_ctim.tv_sec * 1000 + 5000;
    restart(fixture);
    after(fixture, 100);
    after(fixture, 2000);
    expect_logged(fixture, "take", "a.json:I-1 a.json:I-1,I-9");
    restart(fixture);
    after(fixture, 100);
    after(fixture, 2000);
    expect_logged(fixture, "take", "a.json:I-1 a.json:I-1,I-9");
}

static void
die_of_bad_files(struct fixture *fixture, const char *name)
{
    if (strncmp(name, "bad", 3) == 0) {
        fixture->dead = true;
    }
}

/* Whether the process dies within some looks, 5 s apart. */
static bool
run_until_death(struct fixture *fixture)
{
    for (int i = 0; i < 50 && !fixture->dead; i++) {
        inbox_hint(fixture->inbox, FOLDER_NEW);
        fixture->now.mono_ms += 5000;
        if (inbox_look(fixture->inbox, fixture->now, &fixture->next_ms) &&
            !fixture->dead) {
            commit(fixture, STATUS_OK);
        }
    }
    return fixture->dead;
}

static void
test_files_that_kill_the_process(void **state)
{
    struct fixture *fixture = *state;
    int deaths = 0;

    put(fixture, "new/bad-1.json", event_one);
    put(fixture, "new/bad-2.json", event_one);
    for (int i = 0; i < 10; i++) {
        char *name = string_format("new/good-%d.json", i);
        put(fixture, name, event_two);
        set_modified(fixture, name, 100 + i);
        free(name);
    }
    set_modified(fixture, "new/bad-1.json", 103);
    set_modified(fixture, "new/bad-2.json", 106);
    fixture->during_take = die_of_bad_files;
    while (deaths < 20 && run_until_death(fixture)) {
        deaths++;
        restart(fixture);
    }
    assert_int_equal(deaths, 2 * INBOX_MAX_DEATHS);
    assert_int_equal(count_in(fixture, "rejected"), 4);
    assert_int_equal(count_in(fixture, "done"), 10);
    char *kept = content_of(fixture, "rejected/bad-1.json");
    assert_string_equal(kept, event_one);
    free(kept);
    char *reason = content_of(fixture, "rejected/bad-2.json.reason.txt");
    assert_non_null(strstr(reason, "ended unexpectedly 3 times"));
    free(reason);
    assert_null(fixture->mark);
    assert_int_equal(fixture->deaths.count, 0);
}

/* Whatever else is read at the time is not suspected, and is not kept waiting. */
static void
test_a_death_is_one_file_s_own(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json", event_one);
    put(fixture, "new/bad.json", event_one);
    put(fixture, "new/c.json", event_one);
    set_modified(fixture, "new/a.json", 100);
    set_modified(fixture, "new/bad.json", 200);
    set_modified(fixture, "new/c.json", 300);
    fixture->during_take = die_of_bad_files;
    assert_true(run_until_death(fixture));
    assert_string_equal(fixture->mark, "bad.json");
    restart(fixture);
    assert_int_equal(fixture->deaths.count, 1);
    fixture->during_take = NULL;
    after(fixture, 100);
    assert_true(is_there(fixture, "done/a.json"));
    assert_true(is_there(fixture, "done/c.json"));
    assert_true(is_there(fixture, "new/bad.json"));
    after(fixture, 4800);
    assert_true(is_there(fixture, "new/bad.json"));
    after(fixture, 200);
    assert_true(is_there(fixture, "done/bad.json"));
    assert_int_equal(fixture->deaths.count, 0);
}

/* The end of a process between files, however often, is no file's fault. */
static void
test_deaths_between_files_count_for_none(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json", event_one);
    for (int i = 0; i < 2 * INBOX_MAX_DEATHS; i++) {
        fixture->now.mono_ms += 100;
        inbox_hint(fixture->inbox, FOLDER_NEW);
        assert_true(inbox_look(fixture->inbox, fixture->now, &fixture->next_ms));
        restart(fixture); /* read, and not committed */
    }
    assert_int_equal(fixture->deaths.count, 0);
    after(fixture, 100);
    assert_true(is_there(fixture, "done/a.json"));
}

static void
test_suspects_are_parsed_alone_and_last(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json", event_one);
    put(fixture, "new/b.json", event_one);
    put(fixture, "new/c.json", event_one);
    set_modified(fixture, "new/a.json", 100);
    set_modified(fixture, "new/b.json", 200);
    set_modified(fixture, "new/c.json", 300);
    strings_add(&fixture->deaths, "a.json");
    strings_add(&fixture->deaths, "b.json");
    strings_add(&fixture->deaths, "b.json");
    after(fixture, 100);
    expect_logged(fixture, "take", "c.json:I-1");
    after(fixture, 4900);
    expect_logged(fixture, "take", "c.json:I-1");
    after(fixture, 100);
    expect_logged(fixture, "take", "c.json:I-1 a.json:I-1");
    after(fixture, 4900);
    expect_logged(fixture, "take", "c.json:I-1 a.json:I-1");
    after(fixture, 100);
    expect_logged(fixture, "take", "c.json:I-1 a.json:I-1 b.json:I-1");
}

/* With nobody to wait for they are read at once, but never two in one turn. */
static void
test_suspects_share_no_turn(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json", event_one);
    put(fixture, "new/b.json", event_two);
    strings_add(&fixture->deaths, "a.json");
    strings_add(&fixture->deaths, "b.json");
    fixture->now.mono_ms += 100;
    inbox_hint(fixture->inbox, FOLDER_NEW);
    assert_true(inbox_look(fixture->inbox, fixture->now, &fixture->next_ms));
    assert_int_equal(fixture->uncommitted.count, 1);
    commit(fixture, STATUS_OK);
    assert_true(inbox_look(fixture->inbox, fixture->now, &fixture->next_ms));
    assert_int_equal(fixture->uncommitted.count, 1);
    commit(fixture, STATUS_OK);
    assert_int_equal(count_in(fixture, "done"), 2);
}

/* Nobody knows how often a file was fatal: it is read, and asked for again the next
 * time. */
static void
test_deaths_that_the_store_cannot_tell(void **state)
{
    struct fixture *fixture = *state;

    strings_add(&fixture->deaths, "a.json");
    fixture->deaths_fail = true;
    fixture->take_status = STATUS_FULL;
    put(fixture, "new/a.json", event_one);
    after(fixture, 100);
    fixture->deaths_fail = false;
    fixture->take_status = STATUS_OK;
    put(fixture, "new/b.json", event_two);
    after(fixture, 5000);
    assert_true(is_there(fixture, "done/b.json"));
    assert_true(is_there(fixture, "new/a.json"));
    after(fixture, 5000);
    assert_true(is_there(fixture, "done/a.json"));
    assert_int_equal(fixture->deaths.count, 0);
}

static void
test_a_store_without_room(void **state)
{
    struct fixture *fixture = *state;
    struct spool_state told;

    fixture->take_status = STATUS_FULL;
    put(fixture, "new/a.json", event_one);
    after(fixture, 100);
    assert_true(is_there(fixture, "new/a.json"));
    assert_in_range(fixture->next_ms, fixture->now.mono_ms + 1,
                    fixture->now.mono_ms + 5000);
    assert_non_null(strstr(trouble_of(fixture), "no room"));
    inbox_state(fixture->inbox, &told);
    assert_int_equal(told.waiting, 1);
    assert_null(fixture->mark);
    fixture->take_status = STATUS_OK;
    after(fixture, 5000);
    assert_true(is_there(fixture, "done/a.json"));
    after(fixture, 60000);
    assert_string_equal(trouble_of(fixture), "");
}

/* What there is no room for stays, is tried less and less often, and holds up nobody. */
static void
test_no_room_for_some(void **state)
{
    struct fixture *fixture = *state;

    fixture->no_room_for = "bulk";
    for (int i = 0; i < 100; i++) {
        char *name = string_format("new/bulk-%03d.json", i);
        put(fixture, name, event_one);
        set_modified(fixture, name, 100 + i);
        free(name);
    }
    after(fixture, 100);
    assert_int_equal(count_in(fixture, "new"), 100);
    assert_non_null(strstr(trouble_of(fixture), "no room"));
    put(fixture, "new/urgent.json", event_two);
    after(fixture, 100);
    assert_true(is_there(fixture, "done/urgent.json"));
    /* Ahead of those that are due once more as well. */
    put(fixture, "new/urgent-2.json", event_two);
    fixture->now.mono_ms += 5000;
    inbox_hint(fixture->inbox, FOLDER_NEW);
    assert_true(inbox_look(fixture->inbox, fixture->now, &fixture->next_ms));
    commit(fixture, STATUS_OK);
    assert_true(is_there(fixture, "done/urgent-2.json"));
    settle_down(fixture);
    for (int i = 0; i < 10; i++) {
        strings_clear(&fixture->log);
        after(fixture, 60000);
    }
    strings_clear(&fixture->log);
    after(fixture, 59000);
    expect_logged(fixture, "full", "");
    after(fixture, 1000);
    assert_int_equal(fixture->log.count, 2 * 100); /* each was parsed, and is full */
}

static void
test_room_again(void **state)
{
    struct fixture *fixture = *state;

    fixture->no_room_for = "bulk";
    put(fixture, "new/bulk.json", event_one);
    for (int i = 0; i < 10; i++) {
        after(fixture, 60000);
    }
    fixture->no_room_for = NULL;
    settle_down(fixture);
    assert_true(is_there(fixture, "new/bulk.json"));
    inbox_room(fixture->inbox);
    assert_string_equal(trouble_of(fixture), "");
    settle_down(fixture);
    assert_true(is_there(fixture, "done/bulk.json"));
}

static void
test_a_commit_without_room(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json", event_one);
    fixture->now.mono_ms += 100;
    inbox_hint(fixture->inbox, FOLDER_NEW);
    assert_true(inbox_look(fixture->inbox, fixture->now, &fixture->next_ms));
    commit(fixture, STATUS_FULL);
    settle_down(fixture);
    assert_true(is_there(fixture, "new/a.json"));
    assert_non_null(strstr(trouble_of(fixture), "could not commit"));
    inbox_room(fixture->inbox);
    settle_down(fixture);
    assert_true(is_there(fixture, "done/a.json"));
}

static void
test_a_spool_that_is_removed_and_comes_back(void **state)
{
    struct fixture *fixture = *state;
    unsigned generation = inbox_generation(fixture->inbox);
    char *away = string_format("%s/away", fixture->base);

    assert_int_equal(rename(fixture->path, away), 0);
    after(fixture, 5000);
    assert_non_null(strstr(trouble_of(fixture), "cannot be opened"));
    assert_int_equal(inbox_generation(fixture->inbox), 0);
    assert_false(is_there(fixture, ""));
    assert_int_equal(fixture->next_ms, fixture->now.mono_ms + 5000);
    assert_int_equal(rename(away, fixture->path), 0);
    put(fixture, "new/a.json", event_one);
    after(fixture, 5000);
    assert_string_equal(trouble_of(fixture), "");
    assert_true(is_there(fixture, "done/a.json"));
    assert_int_not_equal(inbox_generation(fixture->inbox), generation);
    free(away);
}

static void
test_a_folder_that_is_exchanged_for_a_link(void **state)
{
    struct fixture *fixture = *state;
    char *new_path = path_of(fixture, "new");
    char *other = string_format("%s/other", fixture->base);

    assert_int_equal(rename(new_path, other), 0);
    assert_int_equal(symlink(other, new_path), 0);
    put(fixture, "new/a.json", event_one);
    after(fixture, 5000);
    after(fixture, 60000);
    expect_logged(fixture, "take", "");
    assert_non_null(strstr(trouble_of(fixture), "must be a folder, not a link"));
    assert_int_equal(unlink(new_path), 0);
    assert_int_equal(rename(other, new_path), 0);
    after(fixture, 5000);
    expect_logged(fixture, "take", "a.json:I-1");
    free(new_path);
    free(other);
}

static void
test_old_files_are_removed(void **state)
{
    struct fixture *fixture = *state;
    struct stat info;
    const int64_t day_ms = 86400 * 1000;

    put(fixture, "new/a.json", event_one);
    put(fixture, "new/b.json", "nonsense");
    set_modified(fixture, "new/a.json", 1000); /* old for its sender, not for us */
    after(fixture, 100);
    char *path = path_of(fixture, "done/a.json");
    assert_int_equal(stat(path, &info), 0);
    free(path);
    fixture->now.wall_ms = (int64_t)info.st_ctim.tv_sec * 1000;
    restart(fixture);
    after(fixture, 89 * day_ms);
    assert_true(is_there(fixture, "done/a.json"));
    after(fixture, 2 * day_ms);
    assert_false(is_there(fixture, "done/a.json"));
    assert_false(is_there(fixture, "rejected/b.json"));
    assert_false(is_there(fixture, "rejected/b.json.reason.txt"));
}

static void
test_a_clock_that_jumps_removes_nothing(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json", event_one);
    after(fixture, 100);
    fixture->now.wall_ms += INT64_C(3650) * 86400 * 1000;
    after(fixture, INBOX_SWEEP_MS);
    assert_true(is_there(fixture, "done/a.json"));
}

static void
test_stopped(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json", event_one);
    fixture->now.mono_ms += 100;
    inbox_hint(fixture->inbox, FOLDER_NEW);
    assert_true(inbox_look(fixture->inbox, fixture->now, &fixture->next_ms));
    inbox_stop(fixture->inbox);
    put(fixture, "new/b.json", event_two);
    commit(fixture, STATUS_OK);
    assert_true(is_there(fixture, "done/a.json"));
    inbox_hint(fixture->inbox, FOLDER_NEW);
    fixture->now.mono_ms += 100000;
    assert_false(inbox_look(fixture->inbox, fixture->now, &fixture->next_ms));
    assert_true(is_there(fixture, "new/b.json"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_crash_between_commit_and_move),
        TEST(test_crash_before_the_commit),
        TEST(test_the_same_name_with_other_content_is_taken),
        TEST(test_growth_while_the_daemon_was_down),
        TEST(test_files_that_kill_the_process),
        TEST(test_a_death_is_one_file_s_own),
        TEST(test_deaths_between_files_count_for_none),
        TEST(test_suspects_are_parsed_alone_and_last),
        TEST(test_suspects_share_no_turn),
        TEST(test_deaths_that_the_store_cannot_tell),
        TEST(test_a_store_without_room),
        TEST(test_no_room_for_some),
        TEST(test_room_again),
        TEST(test_a_commit_without_room),
        TEST(test_a_spool_that_is_removed_and_comes_back),
        TEST(test_a_folder_that_is_exchanged_for_a_link),
        TEST(test_old_files_are_removed),
        TEST(test_a_clock_that_jumps_removes_nothing),
        TEST(test_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
