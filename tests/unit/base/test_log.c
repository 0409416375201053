/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Log lines: what a person and systemd read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
expect_written(const char *value, const char *expected)
{
    char out[256];
    const struct log_field fields[] = { { "RESULT", value } };

    log_format_line(out, sizeof(out), "m", fields, 1);
    assert_string_equal(out, expected);
}

static void
test_values_are_escaped(void **state)
{
    (void)state;
    expect_written("applied", "m result=applied");
    expect_written(NULL, "m");
    expect_written("", "m result=\"\"");
    expect_written("two words", "m result=\"two words\"");
    expect_written("a=b", "m result=\"a=b\"");
    expect_written("say \"hi\"", "m result=\"say \\\"hi\\\"\"");
    expect_written("back\\slash", "m result=\"back\\\\slash\"");
    expect_written("x\nfake: line", "m result=\"x\\x0Afake: line\"");
    expect_written("Täby", "m result=Täby");
    expect_written("\xFF", "m result=\\xFF");
}

static void
test_a_line_is_cut_between_characters(void **state)
{
    char out[8];
    const struct log_field fields[] = { { "A", "1" }, { "B", NULL }, { "C", "2" } };

    (void)state;
    log_format_line(out, sizeof(out), "m", fields, 3);
    assert_string_equal(out, "m a=1 c");
    log_format_line(out, sizeof(out), "€€€", NULL, 0);
    assert_string_equal(out, "€€");
    log_format_line(out, 0, "x", NULL, 0);
}

struct seen {
    enum log_level level;
    enum log_kind kind;
    size_t n_fields;
    unsigned calls;
    char message[256];
};

static void
keep(void *context, enum log_level level, enum log_kind kind, const char *message,
     const struct log_field *fields, size_t n_fields)
{
    struct seen *seen = context;

    (void)fields;
    seen->level = level;
    seen->kind = kind;
    seen->n_fields = n_fields;
    seen->calls++;
    (void)snprintf(seen->message, sizeof(seen->message), "%s", message);
}

static void
test_sink_and_level(void **state)
{
    struct seen seen = { 0 };
    const struct log_field field = { "EVENT", "e1" };

    (void)state;
    log_set_sink(keep, &seen);
    log_debug("unseen: %d", 1);
    assert_int_equal(seen.calls, 0);
    log_fields(LOG_LEVEL_NOTICE, LOG_KIND_ALARM, &field, 1, "alarm: %s", "a\x1B[2Jb");
    assert_int_equal(seen.calls, 1);
    assert_int_equal(seen.level, LOG_LEVEL_NOTICE);
    assert_int_equal(seen.kind, LOG_KIND_ALARM);
    assert_int_equal(seen.n_fields, 1);
    assert_string_equal(seen.message, "alarm: a\\x1B[2Jb");
    log_set_level(LOG_LEVEL_DEBUG);
    log_debug("seen");
    assert_int_equal(seen.calls, 2);
    log_set_level(LOG_LEVEL_ERROR);
    log_warning("unseen");
    assert_int_equal(seen.calls, 2);
    log_set_level(LOG_LEVEL_INFO);
    log_set_sink(NULL, NULL);
}

static void
test_kind_ids(void **state)
{
    (void)state;
    assert_null(log_kind_id(LOG_KIND_NONE));
    for (int kind = LOG_KIND_NONE + 1; kind < LOG_KIND_COUNT; kind++) {
        const char *id = log_kind_id((enum log_kind)kind);

        assert_int_equal(strlen(id), 32);
        assert_int_equal(strspn(id, "0123456789abcdef"), 32);
        for (int other = LOG_KIND_NONE + 1; other < kind; other++) {
            assert_string_not_equal(id, log_kind_id((enum log_kind)other));
        }
    }
}

/* What a child that logs one line writes to its stderr, a pipe. */
static void
expect_on_stderr(bool under_systemd, const char *expected)
{
    int ends[2];
    int status = 0;
    char text[256] = "";
    const struct log_field field = { "CHANNEL", "my mail" };

    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        (void)(under_systemd ? setenv("JOURNAL_STREAM", "8:1", 1)
                             : unsetenv("JOURNAL_STREAM"));
        log_fields(LOG_LEVEL_WARNING, LOG_KIND_NONE, &field, 1, "test: it %s", "rains");
        _exit(0);
    }
    close(ends[1]);
    ssize_t got = read(ends[0], text, sizeof(text) - 1);
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(got > 0);
    assert_string_equal(text, expected);
}

static void
test_stderr(void **state)
{
    (void)state;
    expect_on_stderr(false, "test: it rains channel=\"my mail\"\n");
    expect_on_stderr(true, "<4>test: it rains channel=\"my mail\"\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_escaped),
        cmocka_unit_test(test_a_line_is_cut_between_characters),
        cmocka_unit_test(test_sink_and_level),
        cmocka_unit_test(test_kind_ids),
        cmocka_unit_test(test_stderr),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
