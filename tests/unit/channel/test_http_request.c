/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Forms, credentials and addresses; telephone numbers in sentences; moments to wait for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/http_request.h"
#include "channel/http_wait.h"
#include "channel/phone.h"

#include <stdlib.h>
#include <string.h>

static void
test_form(void **state)
{
    struct buffer form = { 0 };
    (void)state;
    form_add(&form, "from", "Åre & Co");
    form_add(&form, "nothing", NULL);
    form_add(&form, "text", "a+b=c\n*-._~%");
    assert_string_equal("from=%C3%85re+%26+Co&text=a%2Bb%3Dc%0A*-._%7E%25", form.data);
    struct request request = { 0 };
    http_request(&request, "POST", string_copy("https://x.example/"));
    request_form(&request, &form);
    assert_null(form.data);
    assert_string_equal("from=%C3%85re+%26+Co&text=a%2Bb%3Dc%0A*-._%7E%25",
                        request.body.data);
    request_clear(&request);
    buffer_add(&form, "https://x.example/a?");
    form_add(&form, "to", "+46");
    form_add(&form, "n", "1");
    assert_string_equal("https://x.example/a?to=%2B46&n=1", form.data);
    buffer_clear(&form);
}

/* RFC 7617, 2, and RFC 6750, 2.1. */
static void
test_credentials(void **state)
{
    struct request request = { 0 };
    (void)state;
    request_basic(&request, "Aladdin", "open sesame");
    request_bearer(&request, "mF_9.B5f-4.1JqM");
    assert_string_equal("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
                        request.headers.items[0]);
    assert_string_equal("Authorization: Bearer mF_9.B5f-4.1JqM",
                        request.headers.items[1]);
    request_clear(&request);
}

static void
test_join(void **state)
{
    static const char *const bases[] = { "https://x.example", "https://x.example/",
                                         "https://x.example//" };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(bases); i++) {
        char *url = http_url_join(bases[i], "/api");
        assert_string_equal("https://x.example/api", url);
        free(url);
    }
}

static void
test_reset(void **state)
{
    static const struct {
        const char *value, *date;
        int64_t wait_ms;
    } rows[] = {
        { "2026-11-23T13:10:00.000000Z", NULL, 5 * MINUTES_MS },
        { "2026-11-23T13:10:00.000000Z", "Mon, 23 Nov 2026 13:09:00 GMT", MINUTES_MS },
        { "1795439400", "Mon, 23 Nov 2026 13:00:00 GMT", 10 * MINUTES_MS },
        { "1795439400.5", NULL, 5 * MINUTES_MS + SECONDS_MS },
        { "1795439400.x", NULL, -1 },
        { "1795439400500", NULL, 5 * MINUTES_MS + 500 },
        { "1795439400500.1", NULL, -1 },
        { "17954394005000", NULL, -1 },
        { "2026-11-23T13:00:00Z", NULL, 0 },
        { "2026-11-23T13:10:00Z", "yesterday", 5 * MINUTES_MS },
        { "soon", NULL, -1 },
        { "", NULL, -1 },
        { "99999999999999999999", NULL, -1 },
        { "12.5.3", NULL, -1 },
        { NULL, NULL, -1 },
    };
    int64_t now_ms = 0;
    (void)state;
    assert_true(timestamp_parse("2026-11-23T13:05:00Z", &now_ms));
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct reply reply = { 0 };
        char *line = rows[i].value == NULL
                         ? NULL
                         : string_format("x-ratelimit-reset: %s", rows[i].value);
        if (line != NULL)
            strings_take(&reply.headers, line);
        if (rows[i].date != NULL)
            strings_take(&reply.headers, string_format("Date: %s", rows[i].date));
        int64_t wait_ms = http_reset_wait(&reply, "X-RateLimit-Reset", now_ms);
        if (wait_ms != rows[i].wait_ms)
            fail_msg("row %zu: %lld", i, (long long)wait_ms);
        reply_clear(&reply);
    }
}

static void
test_an_address_that_is_a_secret_is_not_shown(void **state)
{
    static const struct {
        const char *url, *says; /* NULL: taken */
    } rows[] = {
        { "https://hooks.example/services/SECRET", NULL },
        { "https://hooks.example/a?sig=SECRET", NULL },
        { "http://[::1]:8/SECRET", NULL },
        { "", "the file is empty" },
        { "hooks.example/SECRET", "holds no address" },
        { "https:///SECRET", "holds no address" },
        { "https://:8/SECRET", "holds no address" },
        { "https://u:SECRET@hooks.example/", "before \"@\"" },
        { "https://hooks.example/SECRET#x", "fragment" },
        { "https://hooks.example/SECRET x", "inside the secret" },
        { "https://hooks.example/SECRETö", "inside the secret" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct error error = { 0 };
        enum status status = http_secret_url_check("webhook_file", rows[i].url, &error);
        assert_int_equal(rows[i].says == NULL, status == STATUS_OK);
        if (rows[i].says == NULL)
            continue;
        if (strstr(error.text, rows[i].says) == NULL ||
            strstr(error.text, "webhook_file") == NULL)
            fail_msg("row %zu: %s", i, error.text);
        assert_null(strstr(error.text, "SECRET"));
    }
}

static void
test_a_word_can_stand_in_an_address(void **state)
{
    char longest[66] = "";
    (void)state;
    memset(longest, 'a', 65);
    assert_true(http_is_word("aZ09"));
    assert_true(http_is_word(longest + 1));
    assert_false(http_is_word(longest));
    assert_false(http_is_word(""));
    assert_false(http_is_word(NULL));
    assert_false(http_is_word("a/b"));
    assert_false(http_is_word("ö"));
}

static void
test_numbers_are_hidden(void **state)
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        { "Invalid number +46701234567.", "Invalid number …." },
        { "0046 70-123 45 67 is wrong", "… is wrong" },
        { "to: 46701234567, +46709999999", "to: …, …" },
        { "error 40012", "error 40012" },
        { "in 14 min, 3 of 12", "in 14 min, 3 of 12" },
        { "+", "+" },
        { "", "" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char *text = phone_hide(rows[i].text);
        assert_string_equal(rows[i].wanted, text);
        free(text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_credentials),
        cmocka_unit_test(test_join),
        cmocka_unit_test(test_reset),
        cmocka_unit_test(test_an_address_that_is_a_secret_is_not_shown),
        cmocka_unit_test(test_a_word_can_stand_in_an_address),
        cmocka_unit_test(test_numbers_are_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
