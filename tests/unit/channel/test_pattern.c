/* SPDX-License-Identifier: EUPL-1.2 */
/* Regular expressions of a configuration: which are taken, and bounded matches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "channel/pattern.h"

#include <stdlib.h>
#include <string.h>

static void
test_which_are_taken(void **state)
{
    static const struct {
        const char *pattern, *problem;
        bool groups;
    } rows[] = {
        { "^(OK|QUEUED)", NULL, false },
        { "^ID: ([0-9a-f-]+)$", NULL, true },
        { "[0-9]{1,9}", NULL, false },
        { "", "is empty", false },
        { "(", "no regular expression", false },
        { "a\\1", "back-reference", false },
        { "(a{200}){200}", "too many or too large repeats", false },
        { "^ID: [0-9]+", "no group", true },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct error error = { 0 };
        enum status status =
            pattern_check("id_regex", rows[i].pattern, rows[i].groups, &error);
        if ((status == STATUS_OK) != (rows[i].problem == NULL) ||
            (rows[i].problem != NULL && strstr(error.text, rows[i].problem) == NULL))
            fail_msg("%s: %s", rows[i].pattern, error.text);
    }
    char *long_one = memory_alloc(PATTERN_MAX_BYTES + 2);
    struct error error = { 0 };
    memset(long_one, 'a', PATTERN_MAX_BYTES + 1);
    assert_int_equal(STATUS_INVALID, pattern_check("x", long_one, false, &error));
    free(long_one);
}

static void
test_matches(void **state)
{
    static const char text[] = "OK\nID: ab-12\nrest";
    (void)state;
    assert_true(pattern_is_in("^id", text, strlen(text)));
    assert_false(pattern_is_in("^rest.", text, strlen(text)));
    assert_false(pattern_is_in(NULL, text, strlen(text)));
    assert_false(pattern_is_in("x", NULL, 0));
    char *id = pattern_find("^ID: ([0-9a-z-]+)", text, strlen(text));
    assert_string_equal("ab-12", id);
    free(id);
    assert_null(pattern_find("^ID: ([0-9]*)", text, strlen(text)));
    id = pattern_find("ID: (.+)", "ID: a\x1b[2Jb", 10);
    assert_null(strchr(id, '\x1b'));
    free(id);
}

static void
test_bounds(void **state)
{
    char *text = memory_alloc(3 * PATTERN_TEXT_MAX_BYTES);
    (void)state;
    memset(text, 'a', 3 * PATTERN_TEXT_MAX_BYTES);
    text[PATTERN_TEXT_MAX_BYTES - 1] = 'x';
    text[PATTERN_TEXT_MAX_BYTES] = 'y';
    assert_true(pattern_is_in("x", text, 3 * PATTERN_TEXT_MAX_BYTES));
    assert_false(pattern_is_in("y", text, 3 * PATTERN_TEXT_MAX_BYTES));
    char *found = pattern_find("(a+)", text, 3 * PATTERN_TEXT_MAX_BYTES);
    assert_in_range(strlen(found), 100, 210);
    free(found);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_which_are_taken),
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
