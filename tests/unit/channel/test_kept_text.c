/* SPDX-License-Identifier: EUPL-1.2 */
/* The text that is kept for the next recipient, and when it is not taken. */
#include "channel/kept_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct length_rule one_part = { .unit = LENGTH_GSM7, .most = 1 };

static void
test_it_is_found_by_the_same_rule_and_languages(void **state)
{
    (void)state;
    struct kept_text kept = { 0 };
    struct strings languages = { 0 };
    assert_null(kept_text_find(&kept, &languages, &one_part));
    kept_text_set(&kept, &languages, &one_part, "Strömavbrott i Lund");
    char *found = kept_text_find(&kept, &languages, &one_part);
    assert_string_equal(found, "Strömavbrott i Lund");
    free(found);
    kept_text_set(&kept, &languages, &one_part, "Strömmen är tillbaka");
    found = kept_text_find(&kept, &languages, &one_part);
    assert_string_equal(found, "Strömmen är tillbaka");
    free(found);
    kept_text_clear(&kept);
    assert_null(kept_text_find(&kept, &languages, &one_part));
}

static void
test_another_rule_or_language_is_another_text(void **state)
{
    (void)state;
    struct kept_text kept = { 0 };
    struct strings swedish = { 0 }, english = { 0 };
    kept_text_set(&kept, &swedish, &one_part, "Strömavbrott i Lund");
    assert_null(kept_text_find(&kept, &english, &one_part));
    assert_null(kept_text_find(&kept, NULL, &one_part));
    struct length_rule rules[] = { one_part, one_part, one_part, one_part, one_part };
    rules[0].unit = LENGTH_BYTES;
    rules[1].most = 2;
    rules[2].most_bytes = 500;
    rules[3].link = 23;
    rules[4].ucs2 = true;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        assert_null(kept_text_find(&kept, &swedish, &rules[i]));
    kept_text_clear(&kept);
}

static void
test_nowhere_to_keep_it(void **state)
{
    (void)state;
    kept_text_set(NULL, NULL, &one_part, "Strömavbrott i Lund");
    assert_null(kept_text_find(NULL, NULL, &one_part));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_found_by_the_same_rule_and_languages),
        cmocka_unit_test(test_another_rule_or_language_is_another_text),
        cmocka_unit_test(test_nowhere_to_keep_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
