/* SPDX-License-Identifier: EUPL-1.2 */
/* Templates: what is filled in cannot leave its place, and a name that is none is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "channel/template.h"

#include <stdlib.h>
#include <string.h>

static const char hostile[] = "a\"b\\c&d=e\r\nX-Evil: 1{to}%å";

static const struct template_value values[] = {
    { "to", "+46701234567" },
    { "text", hostile },
    { "nothing", NULL },
};

static void
assert_filled(const char *pattern, enum template_encoding encoding, const char *wanted)
{
    struct buffer out = { 0 };
    buffer_add(&out, "");
    template_fill(pattern, encoding, values, ARRAY_COUNT(values), &out);
    assert_string_equal(wanted, out.data);
    buffer_clear(&out);
}

static void
test_encodings(void **state)
{
    (void)state;
    assert_filled("to={to}&t={text}&n={nothing}.", TEMPLATE_PERCENT,
                  "to=%2B46701234567&t=a%22b%5Cc%26d%3De%0D%0AX-Evil%3A%201%7Bto%7D"
                  "%25%C3%A5&n=.");
    assert_filled(
        "{\"to\":\"{to}\",\"t\":{\"x\":\"{text}\"}}", TEMPLATE_JSON,
        "{\"to\":\"+46701234567\",\"t\":{\"x\":\"a\\\"b\\\\c&d=e\\u000d\\u000a"
        "X-Evil: 1{to}%å\"}}");
    assert_filled("{text}", TEMPLATE_PLAIN, hostile);
    assert_filled("X: {text}", TEMPLATE_HEADER, "X: a\"b\\c&d=eX-Evil: 1{to}%å");
    assert_filled("{}{ to }{TO}{a1}{", TEMPLATE_PLAIN, "{}{ to }{TO}{a1}{");
}

static void
test_check(void **state)
{
    static const char *const names[] = { "to", "text" };
    struct error error = { 0 };
    (void)state;
    assert_int_equal(
        STATUS_OK, template_check("body", "{to}{\"a\": \"{text}\"}", names, 2, &error));
    assert_int_equal(STATUS_INVALID,
                     template_check("body", "{to}&{message}", names, 2, &error));
    assert_string_equal(
        "body has {message} in it; what can be filled in there is {to} and {text}",
        error.text);
    assert_true(template_has("x{text}", "text"));
    assert_false(template_has("x{text", "text"));
    assert_false(template_has("x{texts}", "text"));
    assert_false(template_has(NULL, "text"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
