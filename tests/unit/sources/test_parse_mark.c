/* SPDX-License-Identifier: EUPL-1.2 */
/* The mark of the file that is being parsed: it outlives the process, and only then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "sources/parse_mark.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct fixture {
    char folder[64];
    char path[96];
};

static struct parse_mark *
open_mark(const struct fixture *fixture)
{
    struct parse_mark *mark = NULL;
    struct error error = { 0 };

    if (parse_mark_open(fixture->path, &mark, &error) != STATUS_OK) {
        fail_msg("%s", error.text);
    }
    return mark;
}

static void
expect_standing(const struct fixture *fixture, const char *source, const char *name)
{
    struct parse_mark *mark = open_mark(fixture);
    const char *got_source, *got_name;

    assert_int_equal(parse_mark_standing(mark, &got_source, &got_name), source != NULL);
    assert_string_equal(got_source, source == NULL ? "" : source);
    assert_string_equal(got_name, name == NULL ? "" : name);
    parse_mark_close(mark);
}

static void
test_at_first_none_stands(void **state)
{
    const struct fixture *fixture = *state;
    struct stat info;

    expect_standing(fixture, NULL, NULL);
    assert_int_equal(stat(fixture->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(info.st_size, 512);
    assert_true(info.st_blocks > 0);
}

/* A process dies in the middle of a file, again and again, and its successor knows. */
static void
test_it_outlives_a_kill(void **state)
{
    const struct fixture *fixture = *state;
    static const char *const names[] = { "a.json", "ett långt namn med blanksteg.cap",
                                         "b.json" };

    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        int wait_status;
        pid_t child = fork();

        if (child == 0) {
            struct parse_mark *mark = open_mark(fixture);

            parse_mark_set(mark, "oms", "done-before.json");
            parse_mark_clear(mark);
            parse_mark_set(mark, "oms", names[i]);
            raise(SIGKILL);
        }
        assert_int_equal(waitpid(child, &wait_status, 0), child);
        assert_true(WIFSIGNALED(wait_status));
        expect_standing(fixture, "oms", names[i]);
        expect_standing(fixture, "oms", names[i]); /* looking wipes nothing */
    }
}

static void
test_cleared(void **state)
{
    const struct fixture *fixture = *state;
    struct parse_mark *mark = open_mark(fixture);

    parse_mark_set(mark, "oms", "a.json");
    parse_mark_clear(mark);
    parse_mark_close(mark);
    expect_standing(fixture, NULL, NULL);
}

/* The longest names there can be, and one that is longer still. */
static void
test_long_names(void **state)
{
    const struct fixture *fixture = *state;
    struct parse_mark *mark = open_mark(fixture);
    char source[65], name[256], longer[600];

    memset(source, 's', sizeof(source) - 1);
    memset(name, 'n', sizeof(name) - 1);
    memset(longer, 'l', sizeof(longer) - 1);
    source[sizeof(source) - 1] = name[sizeof(name) - 1] = longer[sizeof(longer) - 1] =
        '\0';
    parse_mark_set(mark, source, name);
    expect_standing(fixture, source, name);
    parse_mark_set(mark, source, longer);
    expect_standing(fixture, NULL, NULL);
    parse_mark_close(mark);
}

/* What somebody else left there is no mark. */
static void
test_no_marks(void **state)
{
    const struct fixture *fixture = *state;
    char all[512], one_word[512] = "oms";
    const struct {
        const char *data;
        size_t len;
    } cells[] = {
        { "", 0 }, { "oms", 3 }, { all, sizeof(all) }, { one_word, sizeof(one_word) }
    };

    memset(all, 'x', sizeof(all));
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        int fd = open(fixture->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, cells[i].data, cells[i].len), (ssize_t)cells[i].len);
        close(fd);
        expect_standing(fixture, NULL, NULL);
    }
}

static void
test_a_folder_that_is_not_there(void **state)
{
    struct parse_mark *mark = NULL;
    struct error error = { 0 };

    (void)state;
    assert_int_equal(parse_mark_open("/nowhere/parsing", &mark, &error), STATUS_IO);
    assert_null(mark);
    assert_non_null(strstr(error.text, "/nowhere/parsing"));
    parse_mark_close(NULL);
}

static int
set_up(void **state)
{
    struct fixture *fixture = memory_alloc(sizeof(*fixture));

    (void)snprintf(fixture->folder, sizeof(fixture->folder),
                   "/tmp/budkavle-mark-XXXXXX");
    if (mkdtemp(fixture->folder) == NULL) {
        return -1;
    }
    (void)snprintf(fixture->path, sizeof(fixture->path), "%s/parsing", fixture->folder);
    *state = fixture;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *fixture = *state;

    (void)unlink(fixture->path);
    (void)rmdir(fixture->folder);
    free(fixture);
    return 0;
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_at_first_none_stands),
        TEST(test_it_outlives_a_kill),
        TEST(test_cleared),
        TEST(test_long_names),
        TEST(test_no_marks),
        TEST(test_a_folder_that_is_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
