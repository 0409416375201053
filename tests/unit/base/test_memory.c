/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Allocation and strings, and how the process ends when there is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
test_strings(void **state)
{
    (void)state;
    assert_null(string_copy(NULL));
    assert_null(string_copy_n(NULL, 3));
    char *text = string_copy_n("abcdef", 3);
    assert_string_equal(text, "abc");
    string_replace(&text, text);
    assert_string_equal(text, "abc");
    string_replace(&text, "new");
    assert_string_equal(text, "new");
    string_replace(&text, NULL);
    assert_null(text);
    text = string_format("%s-%d", "a", 5);
    assert_string_equal(text, "a-5");
    free(text);
}

static void
test_equal(void **state)
{
    (void)state;
    assert_true(string_equal(NULL, NULL));
    assert_false(string_equal(NULL, ""));
    assert_false(string_equal("", NULL));
    assert_true(string_equal("a", "a"));
    assert_false(string_equal("a", "b"));
}

static void
test_grow_keeps_what_is_there(void **state)
{
    int *list = NULL;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        list = memory_grow(list, (size_t)i, sizeof(*list));
        list[i] = i;
    }
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(list[i], i);
    }
    free(list);
}

static void
test_zero_sizes_are_memory_too(void **state)
{
    (void)state;
    void *nothing[] = { memory_alloc(0), memory_array(0, 8), memory_copy(NULL, 0),
                        memory_resize(NULL, 0, 8) };
    for (size_t i = 0; i < ARRAY_COUNT(nothing); i++) {
        assert_non_null(nothing[i]);
        free(nothing[i]);
    }
}

/* Runs action in a child; what it wrote to stderr is in text. Returns its signal. */
static int
signal_of(void (*action)(void), char *text, size_t size)
{
    int ends[2];
    int status = 0;

    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        /* The handler that a sanitizer or cmocka put there is not what is tested. */
        (void)signal(SIGABRT, SIG_DFL);
        (void)dup2(ends[1], STDERR_FILENO);
        action();
        _exit(0);
    }
    close(ends[1]);
    size_t used = 0;
    ssize_t got;
    while (used + 1 < size && (got = read(ends[0], text + used, size - 1 - used)) > 0) {
        used += (size_t)got;
    }
    text[used] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
ask_too_much(void)
{
    /* Volatile, so that the compiler does not see through it. */
    volatile size_t count = SIZE_MAX / 2;
    free(memory_array(count, 16));
}

static void
give_up(void)
{
    fatal("test: state %d must not be", 9);
}

static void
test_fatal_says_why_and_aborts(void **state)
{
    char text[512];

    (void)state;
    assert_int_equal(signal_of(give_up, text, sizeof(text)), SIGABRT);
    assert_non_null(strstr(text, "test: state 9 must not be"));
    assert_int_equal(signal_of(ask_too_much, text, sizeof(text)), SIGABRT);
    assert_non_null(strstr(text, "more than there can be"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_grow_keeps_what_is_there),
        cmocka_unit_test(test_zero_sizes_are_memory_too),
        cmocka_unit_test(test_fatal_says_why_and_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
