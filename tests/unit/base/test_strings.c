/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Lists of strings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strings.h"

#include "base/memory.h"

static void
test_life_of_a_list(void **state)
{
    struct strings list = { 0 };
    struct strings copy = { 0 };

    (void)state;
    strings_clear(&list);
    assert_false(strings_has(&list, "a"));
    strings_add(&list, "a");
    strings_take(&list, string_copy("b"));
    for (int i = 0; i < 100; i++) {
        strings_take(&list, string_format("%d", i));
    }
    assert_int_equal(list.count, 102);
    assert_string_equal(list.items[101], "99");
    assert_true(strings_has(&list, "b"));
    assert_false(strings_has(&list, "c"));

    strings_add(&copy, "goes away");
    strings_copy(&copy, &list);
    assert_true(strings_equal(&copy, &list));
    assert_ptr_not_equal(copy.items[0], list.items[0]);
    strings_copy(&copy, &copy);
    assert_int_equal(copy.count, 102);
    strings_clear(&list);
    assert_string_equal(copy.items[0], "a");
    strings_clear(&copy);
    assert_true(strings_equal(&copy, &list));
}

static void
test_equal_minds_order_and_length(void **state)
{
    struct strings ab = { 0 };
    struct strings ba = { 0 };
    struct strings a = { 0 };

    (void)state;
    strings_add(&ab, "a");
    strings_add(&ab, "b");
    strings_add(&ba, "b");
    strings_add(&ba, "a");
    strings_add(&a, "a");
    assert_false(strings_equal(&ab, &ba));
    assert_false(strings_equal(&ab, &a));
    assert_true(strings_equal(&ab, &ab));
    strings_clear(&ab);
    strings_clear(&ba);
    strings_clear(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_life_of_a_list),
        cmocka_unit_test(test_equal_minds_order_and_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
