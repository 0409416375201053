/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What HTTP replies mean, code by code, and the forms of Retry-After.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "channel/http_outcome.h"
#include "channel/http_wait.h"

#include <string.h>

static int64_t
moment(const char *text)
{
    int64_t time_ms = 0;
    assert_true(timestamp_parse(text, &time_ms));
    return time_ms;
}

static const struct {
    int64_t code;
    enum outcome_kind kind;
    const char *detail;
} cells[] = {
    { 200, OUTCOME_DELIVERED, NULL },
    { 202, OUTCOME_DELIVERED, NULL },
    { 204, OUTCOME_DELIVERED, NULL },
    { 299, OUTCOME_DELIVERED, NULL },
    { 301, OUTCOME_RETRY, "301 Moved Permanently" },
    { 302, OUTCOME_RETRY, "302 Found" },
    { 304, OUTCOME_RETRY, "304" },
    { 307, OUTCOME_RETRY, "307 Temporary Redirect" },
    { 308, OUTCOME_RETRY, "308 Permanent Redirect" },
    { 400, OUTCOME_REFUSED, "400 Bad Request" },
    { 401, OUTCOME_CREDENTIALS, "401 Unauthorized" },
    { 403, OUTCOME_CREDENTIALS, "403 Forbidden" },
    { 404, OUTCOME_REFUSED, "404 Not Found" },
    { 405, OUTCOME_REFUSED, "405 Method Not Allowed" },
    { 407, OUTCOME_CREDENTIALS, "407 Proxy Authentication Required" },
    { 408, OUTCOME_RETRY, "408 Request Timeout" },
    { 409, OUTCOME_REFUSED, "409 Conflict" },
    { 410, OUTCOME_REFUSED, "410 Gone" },
    { 413, OUTCOME_REFUSED, "413 Content Too Large" },
    { 415, OUTCOME_REFUSED, "415 Unsupported Media Type" },
    { 418, OUTCOME_REFUSED, "418" },
    { 422, OUTCOME_REFUSED, "422 Unprocessable Content" },
    { 425, OUTCOME_RETRY, "425 Too Early" },
    { 429, OUTCOME_RETRY, "429 Too Many Requests" },
    { 500, OUTCOME_RETRY, "500 Internal Server Error" },
    { 501, OUTCOME_RETRY, "501 Not Implemented" },
    { 502, OUTCOME_RETRY, "502 Bad Gateway" },
    { 503, OUTCOME_RETRY, "503 Service Unavailable" },
    { 504, OUTCOME_RETRY, "504 Gateway Timeout" },
    { 599, OUTCOME_RETRY, "599" },
    { 0, OUTCOME_UNKNOWN, "an answer with the status code 0" },
    { 100, OUTCOME_UNKNOWN, "an answer with the status code 100" },
    { 999, OUTCOME_UNKNOWN, "an answer with the status code 999" },
};

static void
test_codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        struct reply reply = { .result = REPLY_ANSWERED, .code = cells[i].code };
        struct outcome outcome = { 0 };
        http_outcome(&reply, 0, &outcome);
        if (outcome.kind != cells[i].kind)
            fail_msg("%lld is taken for kind %d", (long long)cells[i].code,
                     (int)outcome.kind);
        assert_int_equal(-1, outcome.retry_after_ms);
        if (cells[i].detail == NULL)
            assert_null(outcome.detail);
        else
            assert_string_equal(cells[i].detail, outcome.detail);
        outcome_clear(&outcome);
    }
}

static const struct {
    enum reply_result result;
    enum outcome_kind kind;
    const char *detail, *said;
} troubles[] = {
    { REPLY_NOT_SENT, OUTCOME_TRANSPORT, "connection refused", "connection refused" },
    { REPLY_NOT_SENT, OUTCOME_TRANSPORT, NULL, "the peer was not reached" },
    { REPLY_UNKNOWN, OUTCOME_UNKNOWN, "", "sent, but no answer came" },
    { REPLY_CERTIFICATE, OUTCOME_CREDENTIALS, "certificate has expired",
      "certificate has expired" },
    { REPLY_FORBIDDEN, OUTCOME_CREDENTIALS, "10.0.0.1 is a private address",
      "10.0.0.1 is a private address" },
    { REPLY_BAD_REQUEST, OUTCOME_CREDENTIALS, "bad URL", "bad URL" },
};

static void
test_without_an_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(troubles); i++) {
        struct reply reply = { .result = troubles[i].result,
                               .code = 200, /* of no meaning here */
                               .detail = string_copy(troubles[i].detail) };
        struct outcome outcome = { 0 };
        http_outcome(&reply, 0, &outcome);
        assert_int_equal(troubles[i].kind, outcome.kind);
        assert_string_equal(troubles[i].said, outcome.detail);
        outcome_clear(&outcome);
        reply_clear(&reply);
    }
}

static void
test_retry_after_is_obeyed_when_refused_for_now(void **state)
{
    static const struct {
        int64_t code, retry_after_ms;
    } rows[] = { { 200, -1 }, { 301, 120000 }, { 401, -1 },
                 { 422, -1 }, { 429, 120000 }, { 503, 120000 } };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct reply reply = { .result = REPLY_ANSWERED, .code = rows[i].code };
        struct outcome outcome = { 0 };
        strings_add(&reply.headers, "retry-after: 120");
        http_outcome(&reply, 0, &outcome);
        assert_int_equal(rows[i].retry_after_ms, outcome.retry_after_ms);
        outcome_clear(&outcome);
        reply_clear(&reply);
    }
}

static void
test_a_refusal_tells_why(void **state)
{
    struct reply reply = { .result = REPLY_ANSWERED, .code = 422 };
    struct outcome outcome = { 0 };
    (void)state;
    buffer_add(&reply.body, "\n{\"detail\":\"kind\x1b[31m is unknown\"}\nmore");
    http_outcome(&reply, 0, &outcome);
    assert_string_equal(
        "422 Unprocessable Content: {\"detail\":\"kind\\x1B[31m is unknown\"}",
        outcome.detail);
    buffer_reset(&reply.body);
    buffer_add(&reply.body, "<html>a web page</html>");
    http_outcome(&reply, 0, &outcome);
    assert_string_equal("422 Unprocessable Content", outcome.detail);
    outcome_clear(&outcome);
    reply_clear(&reply);
}

static void
test_detail_is_short_and_printable(void **state)
{
    struct buffer text = { 0 };
    struct outcome outcome = { 0 };
    (void)state;
    for (int i = 0; i < 200; i++)
        buffer_add(&text, "å\r\n");
    struct reply reply = { .result = REPLY_NOT_SENT, .detail = buffer_take(&text) };
    http_outcome(&reply, 0, &outcome);
    assert_true(strlen(outcome.detail) <= 200);
    assert_true(utf8_is_valid(outcome.detail, strlen(outcome.detail)));
    assert_false(utf8_has_control(outcome.detail, strlen(outcome.detail), ""));
    outcome_clear(&outcome);
    reply_clear(&reply);
}

static void
test_retry_after_forms(void **state)
{
    static const struct {
        const char *value;
        int64_t seconds; /* from 2026-11-23T13:00:00Z; -1: none */
    } rows[] = {
        { NULL, -1 },
        { "", -1 },
        { "0", 0 },
        { "120", 120 },
        { "1000000000", 1000000000 },
        { "99999999999999999999999999", INT64_C(1000000000000) },
        { "-5", -1 },
        { "1.5", -1 },
        { "12 s", -1 },
        { "soon", -1 },
        { "Mon, 23 Nov 2026 13:01:00 GMT", 60 },
        { "Monday, 23-Nov-26 13:01:00 GMT", 60 },
        { "Mon Nov 23 13:01:00 2026", 60 },
        { "Tue Dec  1 13:00:00 2026", INT64_C(8) * 86400 },
        { "Sun, 06 Nov 1994 08:49:37 GMT", 0 }, /* past */
        { "Sunday, 06-Nov-94 08:49:37 GMT", 0 },
        { "Thu, 31 Dec 2026 23:59:60 GMT", 3322799 }, /* a leap second */
        { "Mon, 23 Nov 2026 13:01:00 GMT ", -1 },
        { "Mon, 23 Nov 2026 13:01:00", -1 },
        { "Mon, 23 Nov 2026 24:01:00 GMT", -1 },
        { "Tue, 31 Feb 2026 13:01:00 GMT", -1 },
        { "Mon, 00 Nov 2026 13:01:00 GMT", -1 },
        { "Mon, 23 Nvo 2026 13:01:00 GMT", -1 },
        { "2026-11-23T13:01:00Z", -1 },
    };
    const int64_t now_ms = moment("2026-11-23T13:00:00Z");
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        int64_t wanted = rows[i].seconds < 0 ? -1 : rows[i].seconds * 1000;
        int64_t got = retry_after_parse(rows[i].value, now_ms);
        if (got != wanted)
            fail_msg("\"%s\" gives %lld ms", rows[i].value, (long long)got);
    }
}

/* "76" in 2026 is 2076, fifty years ahead; "77" is 1977. */
static void
test_years_of_two_digits(void **state)
{
    const int64_t now_ms = moment("2026-11-23T13:00:00Z");
    (void)state;
    assert_true(retry_after_parse("Monday, 23-Nov-76 13:00:00 GMT", now_ms) >
                49 * 365 * DAYS_MS);
    assert_int_equal(0, retry_after_parse("Monday, 23-Nov-77 13:00:00 GMT", now_ms));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_without_an_answer),
        cmocka_unit_test(test_retry_after_is_obeyed_when_refused_for_now),
        cmocka_unit_test(test_a_refusal_tells_why),
        cmocka_unit_test(test_detail_is_short_and_printable),
        cmocka_unit_test(test_retry_after_forms),
        cmocka_unit_test(test_years_of_two_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
