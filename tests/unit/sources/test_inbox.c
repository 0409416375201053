/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Senders' habits: what is taken from a spool, when, and in which order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

static void
test_folders_are_made(void **state)
{
    static const char *const names[] = { "", "new", "drop", "done", "rejected" };
    struct fixture *fixture = *state;
    struct stat info;

    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        char *path = path_of(fixture, names[i]);
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(info.st_mode & 07777, 02770);
        free(path);
    }
    char *parent = string_format("%s/spool", fixture->base);
    assert_int_equal(stat(parent, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0755);
    free(parent);
}

static void
test_new_is_taken_at_once(void **state)
{
    struct fixture *fixture = *state;
    struct spool_state told;

    put(fixture, "new/a.json", event_one);
    after(fixture, 100);
    expect_logged(fixture, "take", "a.json:I-1");
    assert_true(is_there(fixture, "done/a.json"));
    assert_false(is_there(fixture, "new/a.json"));
    inbox_state(fixture->inbox, &told);
    assert_int_equal(told.taken, 1);
    assert_int_equal(told.waiting, 0);
    assert_null(told.trouble);
    assert_null(fixture->mark);
}

static void
test_nothing_moves_before_the_commit(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json", event_one);
    put(fixture, "new/bad.json", "{");
    inbox_hint(fixture->inbox, FOLDER_NEW);
    fixture->now.mono_ms += 100;
    assert_true(inbox_look(fixture->inbox, fixture->now, &fixture->next_ms));
    assert_true(is_there(fixture, "new/a.json"));
    assert_true(is_there(fixture, "new/bad.json"));
    /* A commit that fails moves nothing, and all is tried again. */
    commit(fixture, STATUS_IO);
    assert_true(is_there(fixture, "new/a.json"));
    assert_true(is_there(fixture, "new/bad.json"));
    assert_string_not_equal(trouble_of(fixture), "");
    after(fixture, INBOX_RETRY_MS);
    assert_true(is_there(fixture, "done/a.json"));
    assert_true(is_there(fixture, "rejected/bad.json"));
}

static void
test_without_a_hint_the_rescan_finds_it(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json", event_one);
    fixture->now.mono_ms += INBOX_RESCAN_MS;
    settle_down(fixture);
    assert_true(is_there(fixture, "done/a.json"));

    put(fixture, "new/b.json", event_two);
    inbox_set_hinted(fixture->inbox, false);
    inbox_hints_lost(fixture->inbox, fixture->now);
    fixture->now.mono_ms += 100;
    settle_down(fixture);
    assert_true(is_there(fixture, "done/b.json"));
    put(fixture, "new/c.json", event_two);
    fixture->now.mono_ms += INBOX_RESCAN_BLIND_MS;
    settle_down(fixture);
    assert_true(is_there(fixture, "done/c.json"));
}

static void
test_partial_upload_is_waited_for(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "drop/a.json", "{\"incident\":\"I-1\",");
    after(fixture, 100);
    after(fixture, 5000);
    expect_logged(fixture, "take", "");
    put_more(fixture, "drop/a.json", "\"kind\":\"power\",\"status\":\"confirmed\"}");
    after(fixture, 100);
    after(fixture, 1900);
    expect_logged(fixture, "take", "");
    after(fixture, 100);
    expect_logged(fixture, "take", "a.json:I-1");
    assert_true(is_there(fixture, "done/a.json"));
}

static void
test_the_next_look_is_when_a_file_has_rested(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "drop/a.json", event_one);
    after(fixture, 100);
    assert_int_equal(fixture->next_ms, fixture->now.mono_ms + 2000);
    fixture->now.mono_ms = fixture->next_ms;
    settle_down(fixture);
    assert_true(is_there(fixture, "done/a.json"));
}

static void
test_an_upload_that_stays_half_is_refused_after_a_minute(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "drop/a.json", "{\"incident\":");
    put(fixture, "drop/empty.json", "");
    after(fixture, 100);
    after(fixture, 59900);
    assert_true(is_there(fixture, "drop/a.json"));
    assert_true(is_there(fixture, "drop/empty.json"));
    after(fixture, 100);
    assert_true(is_there(fixture, "rejected/a.json"));
    assert_true(is_there(fixture, "rejected/a.json.reason.txt"));
    assert_true(is_there(fixture, "rejected/empty.json"));
    expect_logged(fixture, "refused", "a.json empty.json");
}

static void
test_byte_order_mark_and_crlf(void **state)
{
    struct fixture *fixture = *state;
    char *text = string_format("\xEF\xBB\xBF%s\r\n%s\r\n", event_one, event_two);

    put(fixture, "drop/a.json", text);
    free(text);
    after(fixture, 100);
    after(fixture, 2000);
    expect_logged(fixture, "take", "a.json:I-1,I-2");
}

static void
test_lines_without_the_last_line_feed_rest_longer(void **state)
{
    struct fixture *fixture = *state;
    char *text = string_format("%s\n%s", event_one, event_two);

    put(fixture, "drop/a.ndjson", text);
    put(fixture, "new/b.ndjson", text);
    free(text);
    after(fixture, 100);
    expect_logged(fixture, "take", "b.ndjson:I-1,I-2");
    after(fixture, 9900);
    expect_logged(fixture, "take", "b.ndjson:I-1,I-2");
    after(fixture, 100);
    expect_logged(fixture, "take", "b.ndjson:I-1,I-2 a.ndjson:I-1,I-2");
}

/* What OpenSSH's sftp-server does for a rename: link the new name, unlink the old. */
static void
test_rename_by_link_and_unlink(void **state)
{
    struct fixture *fixture = *state;
    char *from = path_of(fixture, "drop/a.json.filepart");
    char *to = path_of(fixture, "drop/a.json");

    put(fixture, "drop/a.json.filepart", event_one);
    after(fixture, 100);
    after(fixture, 60000);
    expect_logged(fixture, "take", "");
    assert_int_equal(link(from, to), 0);
    after(fixture, 100);
    after(fixture, 5000);
    expect_logged(fixture, "take", "");
    assert_int_equal(unlink(from), 0);
    after(fixture, 2000);
    expect_logged(fixture, "take", "a.json:I-1");
    assert_true(is_there(fixture, "done/a.json"));
    free(from);
    free(to);
}

static void
test_unfinished_names_are_left_alone(void **state)
{
    struct fixture *fixture = *state;
    struct spool_state told;

    put(fixture, "drop/.a.json", event_one);
    put(fixture, "drop/a.json~", event_one);
    put(fixture, "drop/a.tmp", event_one);
    after(fixture, 100);
    after(fixture, 3600000);
    assert_int_equal(count_in(fixture, "drop"), 3);
    expect_logged(fixture, "take", "");
    expect_logged(fixture, "refused", "");
    inbox_state(fixture->inbox, &told);
    assert_int_equal(told.waiting, 0);
}

static void
test_order_is_modification_time_then_name(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/c.json", event_one);
    put(fixture, "new/a.json", event_one);
    put(fixture, "new/b.json", event_one);
    put(fixture, "new/z.json", event_one);
    set_modified(fixture, "new/c.json", 200);
    set_modified(fixture, "new/a.json", 200);
    set_modified(fixture, "new/b.json", 300);
    set_modified(fixture, "new/z.json", 100);
    after(fixture, 100);
    expect_logged(fixture, "take", "z.json:I-1 a.json:I-1 c.json:I-1 b.json:I-1");
}

static void
test_many_files_go_in_batches_in_order(void **state)
{
    struct fixture *fixture = *state;
    int looks = 0;

    for (int i = 0; i < 150; i++) {
        char *name = string_format("new/%03d.json", 149 - i);
        put(fixture, name, event_one);
        set_modified(fixture, name, 1000 - i);
        free(name);
    }
    fixture->now.mono_ms += 100;
    inbox_hint(fixture->inbox, FOLDER_NEW);
    while (inbox_look(fixture->inbox, fixture->now, &fixture->next_ms)) {
        commit(fixture, STATUS_OK);
        looks++;
    }
    assert_int_equal(looks, 3);
    assert_int_equal(count_in(fixture, "done"), 150);
    size_t n = 0;
    for (size_t i = 0; i < fixture->log.count; i++) {
        if (strncmp(fixture->log.items[i], "take ", 5) == 0) {
            char *expected = string_format("take %03zu.json:I-1", n++);
            assert_string_equal(fixture->log.items[i], expected);
            free(expected);
        }
    }
    assert_int_equal(n, 150);
}

static void
test_a_name_that_is_taken_gets_a_number(void **state)
{
    struct fixture *fixture = *state;

    for (int i = 0; i < 12; i++) {
        char *text = string_format("{\"incident\":\"I-%d\"}", i);
        put(fixture, "new/a.json", text);
        free(text);
        after(fixture, 1000);
    }
    for (int i = 0; i < 12; i++) {
        char *name =
            i == 0 ? string_copy("done/a.json") : string_format("done/a.json.%d", i);
        char *expected = string_format("{\"incident\":\"I-%d\"}", i);
        char *found = content_of(fixture, name);
        assert_string_equal(found, expected);
        free(found);
        free(expected);
        free(name);
    }
    put(fixture, "new/b.json", "one");
    after(fixture, 1000);
    put(fixture, "new/b.json", "two");
    after(fixture, 1000);
    char *found = content_of(fixture, "rejected/b.json");
    assert_string_equal(found, "one");
    free(found);
    found = content_of(fixture, "rejected/b.json.1");
    assert_string_equal(found, "two");
    free(found);
    assert_true(is_there(fixture, "rejected/b.json.reason.txt"));
    assert_true(is_there(fixture, "rejected/b.json.1.reason.txt"));
}

static void
test_a_file_that_grows_after_it_was_taken(void **state)
{
    struct fixture *fixture = *state;
    char *second = string_format("%s\n", event_two);
    char *first = string_format("%s\n", event_one);

    put(fixture, "drop/a.ndjson", first);
    after(fixture, 100);
    after(fixture, 2000);
    expect_logged(fixture, "take", "a.ndjson:I-1");
    after(fixture, 1000000);
    put_more(fixture, "done/a.ndjson", second);
    after(fixture, 100);
    assert_string_equal(trouble_of(fixture), "");
    after(fixture, 2000);
    expect_logged(fixture, "take", "a.ndjson:I-1 a.ndjson:I-1,I-2");
    assert_true(is_there(fixture, "done/a.ndjson"));
    assert_non_null(strstr(trouble_of(fixture), "done/a.ndjson grew"));
    /* Once, not for ever. */
    after(fixture, 10000);
    expect_logged(fixture, "take", "a.ndjson:I-1 a.ndjson:I-1,I-2");
    free(first);
    free(second);
}

static void
test_nobody_watches_longer_than_an_hour(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json", event_one);
    after(fixture, 100);
    after(fixture, INBOX_WATCH_DONE_MS + 1000);
    put(fixture, "done/a.json", event_two);
    after(fixture, 100);
    after(fixture, 60000);
    expect_logged(fixture, "take", "a.json:I-1");
}

static void
grow_it(struct fixture *fixture, const char *name)
{
    char *relative = string_format("drop/%s", name);

    put_more(fixture, relative, "\n{\"incident\":\"I-3\"}\n");
    free(relative);
    fixture->during_take = NULL;
}

static void
test_a_file_that_grows_between_reading_and_moving(void **state)
{
    struct fixture *fixture = *state;

    fixture->during_take = grow_it;
    put(fixture, "drop/a.json", event_one);
    after(fixture, 100);
    after(fixture, 2000);
    expect_logged(fixture, "take", "a.json:I-1");
    assert_true(is_there(fixture, "drop/a.json"));
    after(fixture, 2000);
    expect_logged(fixture, "take", "a.json:I-1 a.json:I-1,I-3");
    assert_true(is_there(fixture, "done/a.json"));
}

static void
remove_it(struct fixture *fixture, const char *name)
{
    char *relative = string_format("new/%s", name);
    char *path = path_of(fixture, relative);

    assert_int_equal(unlink(path), 0);
    free(path);
    free(relative);
}

static void
test_a_file_that_disappears_is_no_trouble(void **state)
{
    struct fixture *fixture = *state;

    fixture->during_take = remove_it;
    put(fixture, "new/a.json", event_one);
    after(fixture, 100);
    expect_logged(fixture, "take", "a.json:I-1");
    assert_string_equal(trouble_of(fixture), "");
    assert_int_equal(count_in(fixture, "done"), 0);
    put(fixture, "drop/b.json", event_one);
    after(fixture, 100);
    char *path = path_of(fixture, "drop/b.json");
    assert_int_equal(unlink(path), 0);
    free(path);
    after(fixture, 2000);
    assert_string_equal(trouble_of(fixture), "");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_folders_are_made),
        TEST(test_new_is_taken_at_once),
        TEST(test_nothing_moves_before_the_commit),
        TEST(test_without_a_hint_the_rescan_finds_it),
        TEST(test_partial_upload_is_waited_for),
        TEST(test_the_next_look_is_when_a_file_has_rested),
        TEST(test_an_upload_that_stays_half_is_refused_after_a_minute),
        TEST(test_byte_order_mark_and_crlf),
        TEST(test_lines_without_the_last_line_feed_rest_longer),
        TEST(test_rename_by_link_and_unlink),
        TEST(test_unfinished_names_are_left_alone),
        TEST(test_order_is_modification_time_then_name),
        TEST(test_many_files_go_in_batches_in_order),
        TEST(test_a_name_that_is_taken_gets_a_number),
        TEST(test_a_file_that_grows_after_it_was_taken),
        TEST(test_nobody_watches_longer_than_an_hour),
        TEST(test_a_file_that_grows_between_reading_and_moving),
        TEST(test_a_file_that_disappears_is_no_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
