/* SPDX-License-Identifier: EUPL-1.2 */
/* Delivery reports: which gateways are asked for them, with which address, and what those
 * of 46elks and Kannel say. */
#include "report_fixture.h"

#define NUMBER "+46739876543"

static void
init(struct post *post, const char *driver)
{
    post_init(post, driver);
    if (strcmp(driver, "kannel") == 0)
        post_set(post, "url", "http://127.0.0.1:13013/cgi-bin/sendsms");
    post_set(post, "username", "u123");
    post_set(post, "password_file", "p456");
    post_set(post, "from", "Nordan");
    post_set(post, "to", NUMBER);
    post->input.recipient = NUMBER;
    post->input.delivery = 4711;
    post->input.n_carried = &post->n_carried;
}

static void
ask_for_reports(struct post *post)
{
    post_set(post, "report_url", REPORT_URL);
    post_set(post, "token_key_file", REPORT_KEY);
}

static void
test_options(void **state)
{
    struct post post;
    (void)state;
    init(&post, "46elks");
    post_set(&post, "report_url", REPORT_URL);
    assert_true(post_is_refused(&post, "report_url needs token_key_file beside it"));
    post_set(&post, "token_key_file", "short");
    assert_true(post_is_refused(&post, "token_key_file: key 1"));
    post_unset(&post, "token_key_file");
    post_set(&post, "token_key_file", REPORT_KEY);
    assert_true(post_is_accepted(&post));
    post_unset(&post, "report_url");
    post_set(&post, "report_url", "alerts.example/report");
    assert_true(post_is_refused(&post, "report_url is \"alerts.example/report\""));
    post_clear(&post);
    init(&post, "kannel");
    ask_for_reports(&post);
    assert_true(post_is_accepted(&post));
    post_unset(&post, "report_url");
    post_set(&post, "report_url", "https://alerts.example/r%20x");
    assert_true(post_is_refused(&post, "must not have a \"%\""));
    post_clear(&post);
}

static void
test_46elks_is_asked(void **state)
{
    struct post post;
    (void)state;
    init(&post, "46elks");
    post_begin(&post);
    post_assert_field(&post, "whendelivered", NULL);
    ask_for_reports(&post);
    post_begin(&post);
    char *url = post_field(post.request.body.data, "whendelivered");
    assert_memory_equal(REPORT_URL "?d=4711-", url, strlen(REPORT_URL "?d=4711-"));
    assert_token(&post, strstr(url, "?d=") + 3);
    free(url);
    /* A second time the same, so that the report of either attempt will do. */
    char *first = string_copy(post.request.body.data);
    post_begin(&post);
    assert_string_equal(first, post.request.body.data);
    free(first);
    /* A test is no delivery. */
    post.input.delivery = 0;
    post.input.is_test = true;
    post_begin(&post);
    post_assert_field(&post, "whendelivered", NULL);
    post_clear(&post);
}

static void
test_an_address_with_a_query(void **state)
{
    struct post post;
    (void)state;
    init(&post, "46elks");
    post_set(&post, "report_url", "https://alerts.example/r?c=sms");
    post_set(&post, "token_key_file", REPORT_KEY);
    post_begin(&post);
    char *url = post_field(post.request.body.data, "whendelivered");
    assert_non_null(strstr(url, "/r?c=sms&d=4711-"));
    free(url);
    post_clear(&post);
}

static void
test_what_46elks_says(void **state)
{
    static const struct told_row rows[] = {
        { "d=1-x", "id=s1&status=sent", REPORT_PENDING, NULL, false },
        { "d=1-x", "id=s1&status=created", REPORT_PENDING, NULL, false },
        { "d=1-x", "id=s1&status=delivered&delivered=2026-11-23T13%3A05%3A14",
          REPORT_DELIVERED, NULL, false },
        { "d=1-x", "id=s1&status=failed", REPORT_FAILED, NULL, false },
        { "d=1-x", "id=s1&status=lost", REPORT_NONE, "known words are created, sent",
          false },
        { "d=1-x", "id=s1", REPORT_NONE, "has no field status", false },
    };
    struct told told;
    struct post post;
    (void)state;
    init(&post, "46elks");
    told_assert_rows(&post, rows, ARRAY_COUNT(rows));
    assert_int_equal(STATUS_OK,
                     told_read(&told, &post, "d=1-x", "id=s1&status=failed", NULL));
    assert_string_equal("1-x", told.report.token);
    assert_string_equal("s1", told.report.remote_id);
    told_clear(&told);
    /* Without the token it is nobody's: a stranger may know or guess the id. */
    assert_int_equal(STATUS_OK,
                     told_read(&told, &post, "", "id=s1&status=failed", NULL));
    assert_null(told.report.token);
    assert_null(told.report.remote_id);
    told_clear(&told);
    post_clear(&post);
}

static void
test_kannel_is_asked(void **state)
{
    struct post post;
    (void)state;
    init(&post, "kannel");
    post_compose(&post);
    assert_null(post_header(&post, "X-Kannel-DLR-Mask"));
    assert_null(post_header(&post, "X-Kannel-DLR-Url"));
    ask_for_reports(&post);
    post_compose(&post);
    assert_string_equal("31", post_header(&post, "X-Kannel-DLR-Mask"));
    char *url = string_copy(post_header(&post, "X-Kannel-DLR-Url"));
    char *end = strstr(url, "&t=%d&a=%A&f=%F");
    assert_non_null(end);
    *end = '\0';
    assert_token(&post, strstr(url, "?d=") + 3);
    free(url);
    post_clear(&post);
}

static void
test_what_kannel_says(void **state)
{
    static const struct told_row rows[] = {
        { "d=1-x&t=8&a=ACK%2F&f=", NULL, REPORT_PENDING, NULL, false },
        { "d=1-x&t=4&a=&f=", NULL, REPORT_PENDING, NULL, false },
        { "d=1-x&t=1&a=&f=6f1e", NULL, REPORT_DELIVERED, NULL, false },
        { "d=1-x&t=2&a=id%3A1+stat%3AUNDELIV&f=6f1e", NULL, REPORT_FAILED,
          "stat:UNDELIV", false },
        { "d=1-x&t=16&a=NACK%2F0x0000000b%2FInvalid+Destination+Address&f=", NULL,
          REPORT_FAILED, "Invalid Destination", true },
        { "d=1-x&t=16&a=NACK%2F0x00000058%2FThrottling+error+%2B46739876543&f=", NULL,
          REPORT_FAILED, "Throttling error …", false },
        { "d=1-x&t=3", NULL, REPORT_NONE, "field t is \"3\"", false },
        { "d=1-x", NULL, REPORT_NONE, "no field t", false },
    };
    struct told told;
    struct post post;
    (void)state;
    init(&post, "kannel");
    told_assert_rows(&post, rows, ARRAY_COUNT(rows));
    assert_int_equal(STATUS_OK, told_read(&told, &post, rows[2].query, NULL, NULL));
    assert_string_equal("6f1e", told.report.remote_id);
    told_clear(&told);
    assert_int_equal(STATUS_OK, told_read(&told, &post, rows[0].query, NULL, NULL));
    assert_null(told.report.remote_id);
    told_clear(&told);
    assert_int_equal(
        STATUS_OK,
        told_read(&told, &post, "t=16&a=NACK%2F0x0000000b&f=6f1e", NULL, NULL));
    assert_null(told.report.remote_id);
    told_clear(&told);
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_46elks_is_asked),
        cmocka_unit_test(test_an_address_with_a_query),
        cmocka_unit_test(test_what_46elks_says),
        cmocka_unit_test(test_kannel_is_asked),
        cmocka_unit_test(test_what_kannel_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
