/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Error sentences: what a person reads, and where it is cut.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/utf8.h"

#include <string.h>

static void
test_returns_the_status(void **state)
{
    struct error error = { 0 };

    (void)state;
    assert_int_equal(error_set(&error, STATUS_LIMIT, "%d is above %d", 7, 5),
                     STATUS_LIMIT);
    assert_string_equal(error.text, "7 is above 5");
    assert_int_equal(error_set(NULL, STATUS_IO, "nobody reads this"), STATUS_IO);
    error_prefix(NULL, "nor this");
}

static void
test_prefix(void **state)
{
    struct error error = { 0 };

    (void)state;
    (void)error_set(&error, STATUS_INVALID, "no such zone");
    error_prefix(&error, "line %d", 4);
    error_prefix(&error, "file");
    assert_string_equal(error.text, "file: line 4: no such zone");
}

static void
test_an_argument_may_be_the_old_sentence(void **state)
{
    struct error error = { 0 };

    (void)state;
    (void)error_set(&error, STATUS_IO, "the disk is full");
    (void)error_set(&error, STATUS_IO, "cannot save (%s)", error.text);
    assert_string_equal(error.text, "cannot save (the disk is full)");
}

static void
test_cut_between_characters(void **state)
{
    char text[2 * ERROR_TEXT_SIZE];
    struct error error = { 0 };

    (void)state;
    for (size_t lead = 0; lead < 4; lead++) {
        size_t at = lead;
        memset(text, 'x', lead);
        for (; at + 3 < sizeof(text); at += 3) {
            memcpy(text + at, "\xE2\x82\xAC", 3);
        }
        text[at] = '\0';
        (void)error_set(&error, STATUS_IO, "%s", text);
        assert_in_range(strlen(error.text), ERROR_TEXT_SIZE - 4, ERROR_TEXT_SIZE - 1);
        assert_true(utf8_is_valid(error.text, strlen(error.text)));
        error_prefix(&error, "%s", text);
        assert_true(utf8_is_valid(error.text, strlen(error.text)));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_returns_the_status),
        cmocka_unit_test(test_prefix),
        cmocka_unit_test(test_an_argument_may_be_the_old_sentence),
        cmocka_unit_test(test_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
