/* SPDX-License-Identifier: EUPL-1.2 */
/* Forms from outside: decoded, bounded, and refused when they are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "channel/form.h"

#include <string.h>

static void
test_fields(void **state)
{
    static const char text[] = "id=s17&status=delivered&&to=%2B46701234567"
                               "&words=Hej+p%C3%A5+dig%0Aslut&empty=&bare&id=other";
    struct form form = { 0 };
    (void)state;
    assert_true(form_read(&form, text, strlen(text)));
    assert_int_equal(7, form.count);
    assert_string_equal("s17", form_value(&form, "id"));
    assert_string_equal("+46701234567", form_value(&form, "to"));
    assert_string_equal("Hej på dig\nslut", form_value(&form, "words"));
    assert_string_equal("", form_value(&form, "empty"));
    assert_string_equal("", form_value(&form, "bare"));
    assert_null(form_value(&form, "absent"));
    form_clear(&form);
    assert_true(form_read(&form, "", 0));
    assert_int_equal(0, form.count);
    form_clear(&form);
}

static void
test_what_is_none(void **state)
{
    static const char *const texts[] = { "a=%",   "a=%4",     "a=%zz", "a=%00",
                                         "a=%FF", "a=%1B[2J", "%C3=1", "a=\x01" };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct form form = { 0 };
        if (form_read(&form, texts[i], strlen(texts[i])))
            fail_msg("%s is no form", texts[i]);
        form_clear(&form);
    }
}

static void
test_bounds(void **state)
{
    struct buffer text = { 0 };
    struct form form = { 0 };
    (void)state;
    for (int i = 0; i < FORM_FIELDS_MOST; i++)
        buffer_addf(&text, "%sf%d=1", i == 0 ? "" : "&", i);
    assert_true(form_read(&form, text.data, text.len));
    assert_int_equal(FORM_FIELDS_MOST, form.count);
    assert_false(form_read(&form, "one=more", 8));
    form_clear(&form);
    /* The length counts, not what stands behind it. */
    assert_true(form_read(&form, "a=1%", 3));
    assert_string_equal("1", form_value(&form, "a"));
    form_clear(&form);
    buffer_clear(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_what_is_none),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
