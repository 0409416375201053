/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The growing buffer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

static void
test_text(void **state)
{
    struct buffer buffer = { 0 };

    (void)state;
    buffer_add(&buffer, NULL);
    assert_int_equal(buffer.len, 0);
    buffer_add(&buffer, "abc");
    buffer_add_char(&buffer, '-');
    buffer_addf(&buffer, "%05d", 42);
    assert_string_equal(buffer.data, "abc-00042");
    assert_int_equal(buffer.len, 9);
    buffer_reset(&buffer);
    assert_string_equal(buffer.data, "");
    buffer_clear(&buffer);
    assert_null(buffer.data);
    buffer_clear(&buffer);
}

static void
test_bytes_with_nul(void **state)
{
    struct buffer buffer = { 0 };

    (void)state;
    buffer_append(&buffer, "a\0b", 3);
    buffer_append(&buffer, NULL, 0);
    assert_int_equal(buffer.len, 3);
    assert_memory_equal(buffer.data, "a\0b\0", 4);
    buffer_clear(&buffer);
}

static void
test_format_of_every_length(void **state)
{
    char expected[600];

    (void)state;
    for (int len = 0; len < (int)sizeof(expected) - 1; len++) {
        struct buffer buffer = { 0 };

        memset(expected, 'y', (size_t)len);
        expected[len] = '\0';
        buffer_add(&buffer, "x");
        buffer_addf(&buffer, "%s", expected);
        assert_int_equal(buffer.len, len + 1);
        assert_string_equal(buffer.data + 1, expected);
        buffer_clear(&buffer);
    }
}

static void
test_take(void **state)
{
    struct buffer buffer = { 0 };

    (void)state;
    char *empty = buffer_take(&buffer);
    assert_string_equal(empty, "");
    free(empty);
    buffer_add(&buffer, "mine");
    char *text = buffer_take(&buffer);
    assert_string_equal(text, "mine");
    assert_null(buffer.data);
    assert_int_equal(buffer.len, 0);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_bytes_with_nul),
        cmocka_unit_test(test_format_of_every_length),
        cmocka_unit_test(test_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
