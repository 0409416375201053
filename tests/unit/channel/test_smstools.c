/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The smstools driver: the file that smsd gets, what it means when it cannot be written,
 * and what smsd's event handler says.
 */
#include "report_fixture.h"

#define NUMBER "+46739876543"

static void
init(struct post *post)
{
    post_init(post, "smstools");
    post_set(post, "directory", "/var/spool/sms/outgoing");
    post_set(post, "to", NUMBER);
    post->input.recipient = NUMBER;
    post->input.delivery = 4711;
    post->input.n_carried = &post->n_carried;
}

static void
test_file(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    assert_int_equal(SENDER_FILES, post.request.sender);
    assert_true(post.request.files_shared);
    assert_string_equal("/var/spool/sms/outgoing", post.request.directory);
    assert_int_equal(1, post.request.n_files);
    assert_string_equal("budkavle-m_abc234-4711", post.request.files[0].name);
    const char *content = post.request.files[0].content.data;
    assert_memory_equal("To: 46739876543\nAlphabet: UTF-8\nAutosplit: 3\n"
                        "Validity: 240 min\nReport: no\n\n",
                        content, 75);
    assert_non_null(strstr(content, "\n\nTäby Nät: "));
    assert_non_null(strstr(content, "Täby kyrkby"));
    assert_null(strstr(content, "X-Delivery"));
    /* A repeat is the same file, and takes its place. */
    char *first = string_copy(content);
    post_compose(&post);
    assert_string_equal(first, post.request.files[0].content.data);
    free(first);
    post_clear(&post);
}

static void
test_all_headers(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "queue", "telia");
    post_set(&post, "validity", "1h");
    post_set(&post, "reports", "true");
    assert_true(post_is_refused(&post, "reports needs token_key_file"));
    post_set(&post, "token_key_file", REPORT_KEY);
    assert_true(post_is_accepted(&post));
    post.message.priority = PRIORITY_URGENT;
    post_compose(&post);
    const char *content = post.request.files[0].content.data;
    assert_non_null(strstr(content, "\nPriority: High\nQueue: telia\nValidity: 60 min\n"
                                    "Report: yes\nX-Delivery: 4711-"));
    char *token = string_copy(strstr(content, "X-Delivery: ") + 12);
    token[strcspn(token, "\n")] = '\0';
    assert_token(&post, token);
    free(token);
    post_set(&post, "queue", "x");
    post_unset(&post, "queue");
    post_set(&post, "queue", "two words");
    assert_true(post_is_refused(&post, "queue is \"two words\""));
    /* A test is no delivery, and has a name of its own. */
    post.input.delivery = 0;
    post_compose(&post);
    assert_string_equal("budkavle-m_abc234", post.request.files[0].name);
    assert_null(strstr(post.request.files[0].content.data, "X-Delivery"));
    post_clear(&post);
}

static void
test_outcomes(void **state)
{
    static const struct {
        enum reply_result result;
        int64_t code;
        const char *detail;
        enum outcome_kind kind;
        const char *says;
    } rows[] = {
        { REPLY_ANSWERED, 200, NULL, OUTCOME_DELIVERED, NULL },
        { REPLY_NOT_SENT, 403, "x cannot be made: Permission denied",
          OUTCOME_CREDENTIALS, "Permission denied; directory should be smsd's" },
        { REPLY_NOT_SENT, 507, "No space left on device", OUTCOME_TRANSPORT,
          "No space left" },
        { REPLY_NOT_SENT, 500, "Input/output error", OUTCOME_TRANSPORT, NULL },
        { REPLY_UNKNOWN, 0, "the sender ended", OUTCOME_UNKNOWN, NULL },
        { REPLY_BAD_REQUEST, 500, "a name", OUTCOME_CREDENTIALS, NULL },
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct reply reply = { .result = rows[i].result,
                               .code = rows[i].code,
                               .detail = string_copy(rows[i].detail) };
        const struct outcome *outcome = post_classify(&post, &reply, true);
        if (outcome->kind != rows[i].kind ||
            (rows[i].says != NULL && (outcome->detail == NULL ||
                                      strstr(outcome->detail, rows[i].says) == NULL)))
            fail_msg("row %zu: kind %d, \"%s\"", i, (int)outcome->kind,
                     outcome->detail == NULL ? "" : outcome->detail);
    }
    post_clear(&post);
}

static void
test_reports(void **state)
{
#define STATUS_OF(status) "event=REPORT&from=46739876543&message_id=117&status=" status
    static const struct told_row rows[] = {
        { "event=SENT&message_id=117&to=46739876543&x_delivery=1-x", NULL,
          REPORT_PENDING, NULL, false },
        { "event=FAILED&to=46739876543&x_delivery=1-x&fail_reason=Modem+initialization"
          "+failed",
          NULL, REPORT_FAILED, "Modem initialization failed", false },
        { "event=FAILED&x_delivery=1-x", NULL, REPORT_FAILED, NULL, false },
        { "event=SENT&to=46739876543", NULL, REPORT_NONE, "has no X-Delivery", false },
        { "event=RECEIVED&x_delivery=1-x", NULL, REPORT_NONE, "SENT, FAILED", false },
        { STATUS_OF("0%2COk%2Cshort+message+received+by+the+SME"), NULL,
          REPORT_DELIVERED, NULL, false },
        { STATUS_OF("2%2COk%2Creplaced"), NULL, REPORT_DELIVERED, NULL, false },
        { STATUS_OF("32%2CStill+trying%2Ccongestion"), NULL, REPORT_PENDING, NULL,
          false },
        { STATUS_OF("65%2CError%2Cincompatible+destination"), NULL, REPORT_FAILED,
          "incompatible destination", false },
        { STATUS_OF("96%2CError%2Ccongestion"), NULL, REPORT_FAILED, "congestion",
          false },
        { STATUS_OF("odd"), NULL, REPORT_NONE, "no From, Message_id or Status", false },
        { "event=REPORT&from=1&message_id=1x&status=0", NULL, REPORT_NONE, "Message_id",
          false },
    };
    struct told sent, reported, other;
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "token_key_file", REPORT_KEY);
    told_assert_rows(&post, rows, ARRAY_COUNT(rows));
    /* The network's report names what was sent by number and recipient. */
    assert_int_equal(STATUS_OK, told_read(&sent, &post, rows[0].query, NULL, NULL));
    assert_string_equal("1-x", sent.report.token);
    assert_int_equal(STATUS_OK, told_read(&reported, &post, rows[5].query, NULL, NULL));
    assert_null(reported.report.token);
    assert_string_equal(sent.report.remote_id, reported.report.remote_id);
    assert_null(strstr(sent.report.remote_id, "4673"));
    assert_int_equal(STATUS_OK,
                     told_read(&other, &post,
                               "event=REPORT&from=46739876544&message_id=117&status=0",
                               NULL, NULL));
    assert_string_not_equal(sent.report.remote_id, other.report.remote_id);
    told_clear(&sent);
    told_clear(&reported);
    told_clear(&other);
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_all_headers),
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
