/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What does not belong in a spool: it is not read, it is kept, and the reason is said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#include <sys/socket.h>
#include <sys/un.h>

static void
expect_reason(const struct fixture *fixture, const char *name, const char *words)
{
    struct stat info;
    char *relative = string_format("rejected/%s.reason.txt", name);
    char *reason = content_of(fixture, relative);
    char *path = path_of(fixture, relative);

    if (strstr(reason, words) == NULL) {
        fail_msg("\"%s\" is not in: %s", words, reason);
    }
    assert_int_equal(reason[strlen(reason) - 1], '\n');
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0660);
    free(path);
    free(reason);
    free(relative);
}

static mode_t
type_of(const struct fixture *fixture, const char *relative)
{
    struct stat info;
    char *path = path_of(fixture, relative);

    assert_int_equal(lstat(path, &info), 0);
    free(path);
    return info.st_mode & S_IFMT;
}

static void
test_symbolic_link(void **state)
{
    struct fixture *fixture = *state;
    char *outside = string_format("%s/secret.json", fixture->base);
    char *in_new = path_of(fixture, "new/a.json");
    char *in_drop = path_of(fixture, "drop/b.json");

    FILE *file = fopen(outside, "w");
    assert_non_null(file);
    assert_true(fputs(event_one, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(symlink(outside, in_new), 0);
    assert_int_equal(symlink("../new/c.json", in_drop), 0);
    after(fixture, 100);
    expect_logged(fixture, "take", "");
    expect_logged(fixture, "parse", "");
    expect_logged(fixture, "refused", "a.json b.json");
    assert_int_equal(type_of(fixture, "rejected/a.json"), S_IFLNK);
    expect_reason(fixture, "a.json", "symbolic link");
    expect_reason(fixture, "b.json", "symbolic link");
    free(outside);
    free(in_new);
    free(in_drop);
}

static void
test_pipe_and_socket(void **state)
{
    struct fixture *fixture = *state;
    char *pipe_path = path_of(fixture, "new/pipe.json");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(mkfifo(pipe_path, 0660), 0);
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/drop/s",
                   fixture->path);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    after(fixture, 100);
    assert_int_equal(type_of(fixture, "rejected/pipe.json"), S_IFIFO);
    assert_int_equal(type_of(fixture, "rejected/s"), S_IFSOCK);
    expect_reason(fixture, "pipe.json", "pipe");
    expect_reason(fixture, "s", "socket");
    close(fd);
    free(pipe_path);
}

static void
test_hard_link_to_a_file_elsewhere(void **state)
{
    struct fixture *fixture = *state;
    char *outside = string_format("%s/secret.json", fixture->base);
    char *path = path_of(fixture, "new/a.json");

    FILE *file = fopen(outside, "w");
    assert_non_null(file);
    assert_true(fputs(event_one, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(link(outside, path), 0);
    after(fixture, 100);
    after(fixture, 59000);
    assert_true(is_there(fixture, "new/a.json"));
    after(fixture, 1000);
    expect_logged(fixture, "take", "");
    expect_logged(fixture, "refused", "a.json");
    expect_reason(fixture, "a.json", "hard link");
    free(outside);
    free(path);
}

static void
test_hostile_names(void **state)
{
    struct fixture *fixture = *state;
    char longest[200] = "new/";

    memset(longest + 4, 'x', 121);
    put(fixture, "new/a\nforged line.json", event_one);
    put(fixture, "new/\x1B[31m.json", event_one);
    put(fixture, "drop/\xFF\xFE.json", event_one);
    put(fixture, longest, event_one);
    put(fixture, "new/-rf", event_one);
    put(fixture, "new/Täby 'quoted' \"both\".json", event_two);
    after(fixture, 100);
    expect_logged(fixture, "take", "-rf:I-1 Täby 'quoted' \"both\".json:I-2");
    assert_true(is_there(fixture, "rejected/a\\x0Aforged line.json"));
    assert_true(is_there(fixture, "rejected/\\x1B[31m.json"));
    assert_true(is_there(fixture, "rejected/\\xFF\\xFE.json"));
    expect_reason(fixture, "a\\x0Aforged line.json", "control character");
    expect_reason(fixture, "\\xFF\\xFE.json", "UTF-8");
    assert_int_equal(count_in(fixture, "rejected"), 8);
    assert_int_equal(count_in(fixture, "new"), 0);
}

static void
test_two_hostile_names_that_look_the_same(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/\x01", "one");
    put(fixture, "new/\\x01", "two");
    after(fixture, 100);
    char *one = content_of(fixture, "rejected/\\x01");
    char *two = content_of(fixture, "rejected/\\x01.1");
    assert_string_not_equal(one, two);
    free(one);
    free(two);
}

static void
test_empty_file_in_new(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json", "");
    after(fixture, 100);
    expect_reason(fixture, "a.json", "empty");
}

static void
test_the_reason_names_every_fault(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/a.json",
        "[{\"incident\":\"I-1\",\"kind\":\"power\"},"
        "{\"incident\":\"I-2\",\"etr\":\"tomorrow\",\"severity\":7}]");
    after(fixture, 100);
    expect_logged(fixture, "take", "");
    expect_reason(fixture, "a.json", "event 2: etr");
    expect_reason(fixture, "a.json", "event 2: severity");
    assert_true(is_there(fixture, "rejected/a.json"));
}

static void
test_a_batch_is_refused_whole_and_names_the_line(void **state)
{
    struct fixture *fixture = *state;
    char *text = string_format("%s\n{\"incident\":5}\n", event_one);

    put(fixture, "drop/a.ndjson", text);
    free(text);
    after(fixture, 100);
    after(fixture, 2000);
    expect_logged(fixture, "take", "");
    expect_reason(fixture, "a.ndjson", "line 2");
}

static void
test_whole_events_that_are_wrong_are_refused_when_they_rested(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "drop/a.json", "{\"incident\":\"I-1\",\"kind\":\"magic\"}");
    after(fixture, 100);
    after(fixture, 2000);
    expect_reason(fixture, "a.json", "kind");
}

static void
test_what_the_program_refuses(void **state)
{
    struct fixture *fixture = *state;

    fixture->take_status = STATUS_CONFLICT;
    put(fixture, "new/a.json", event_one);
    after(fixture, 100);
    expect_reason(fixture, "a.json", "event 1: event_id: was used before");
    assert_int_equal(fixture->deaths.count, 0);
}

static void
test_a_file_that_is_too_large(void **state)
{
    struct fixture *fixture = *state;
    char *path = path_of(fixture, "new/a.json");

    put(fixture, "new/a.json", event_one);
    assert_int_equal(truncate(path, (off_t)64 * 1024 * 1024 + 1), 0);
    after(fixture, 100);
    expect_logged(fixture, "parse", "");
    expect_reason(fixture, "a.json", "64 MiB");
    free(path);
}

static void
test_sub_folder_is_left_and_reported(void **state)
{
    struct fixture *fixture = *state;
    char *path = path_of(fixture, "drop/archive");

    assert_int_equal(mkdir(path, 0770), 0);
    put(fixture, "drop/archive/a.json", event_one);
    after(fixture, 100);
    after(fixture, 100000);
    assert_true(is_there(fixture, "drop/archive/a.json"));
    assert_non_null(strstr(trouble_of(fixture), "drop/archive is a folder"));
    remove_tree(path);
    after(fixture, 100);
    assert_string_equal(trouble_of(fixture), "");
    free(path);
}

static void
test_a_reason_never_replaces_a_file(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "new/b.json.reason.txt", "mine");
    after(fixture, 100);
    put(fixture, "new/b.json", "not json");
    after(fixture, 100);
    char *mine = content_of(fixture, "rejected/b.json.reason.txt");
    assert_string_equal(mine, "mine");
    free(mine);
    assert_true(is_there(fixture, "rejected/b.json.1"));
    expect_reason(fixture, "b.json.1", "");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_symbolic_link),
        TEST(test_pipe_and_socket),
        TEST(test_hard_link_to_a_file_elsewhere),
        TEST(test_hostile_names),
        TEST(test_two_hostile_names_that_look_the_same),
        TEST(test_empty_file_in_new),
        TEST(test_the_reason_names_every_fault),
        TEST(test_a_batch_is_refused_whole_and_names_the_line),
        TEST(test_whole_events_that_are_wrong_are_refused_when_they_rested),
        TEST(test_what_the_program_refuses),
        TEST(test_a_file_that_is_too_large),
        TEST(test_sub_folder_is_left_and_reported),
        TEST(test_a_reason_never_replaces_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
