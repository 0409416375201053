/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The Twilio driver: what is asked, what every error code means, that a doubtful text
 * message is looked for, and that only Twilio's own reports are believed.
 */
#include "report_fixture.h"

#include "base/digest.h"
#include "channel/twilio_report.h"

#define NUMBER "+46739876543"
#define ACCOUNT "AC0123456789abcdef0123456789abcdef"
#define API_KEY "SK0123456789abcdef0123456789abcdef"
#define SERVICE "MG0123456789abcdef0123456789abcdef"
#define MESSAGES "https://api.twilio.com/2010-04-01/Accounts/" ACCOUNT "/Messages.json"

static void
init(struct post *post)
{
    post_init(post, "twilio");
    post_set(post, "account", ACCOUNT);
    post_set(post, "password_file", "12345");
    post_set(post, "from", "+46700000000");
    post_set(post, "to", NUMBER);
    post->input.recipient = NUMBER;
    post->input.delivery = 4711;
    post->input.n_carried = &post->n_carried;
}

static void
test_request(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    post_begin(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal(MESSAGES, post.request.url);
    assert_true(post.request.recent_connection);
    char *credentials = base64_encode(ACCOUNT ":12345", strlen(ACCOUNT ":12345"));
    assert_string_equal(credentials, post_header(&post, "Authorization") + 6);
    free(credentials);
    post_assert_field(&post, "To", NUMBER);
    post_assert_field(&post, "From", "+46700000000");
    post_assert_field(&post, "MessagingServiceSid", NULL);
    post_assert_field(&post, "ValidityPeriod", "14400");
    post_assert_field(&post, "StatusCallback", NULL);
    char *text = post_field(post.request.body.data, "Body");
    assert_non_null(strstr(text, "Täby kyrkby"));
    free(text);
    assert_false(post_answer(&post, 201, "{\"sid\":\"SM17\",\"status\":\"queued\"}"));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_string_equal("SM17", post.outcome.remote_id);
    post_clear(&post);
}

static void
test_a_service_and_a_key(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_unset(&post, "from");
    post_set(&post, "messaging_service", SERVICE);
    post_set(&post, "username", API_KEY);
    post_set(&post, "validity", "90s");
    post_set(&post, "report_url", REPORT_URL);
    post_set(&post, "token_key_file", REPORT_KEY);
    assert_true(post_is_refused(&post, "auth_token_file beside an API key"));
    post_set(&post, "auth_token_file", "67890");
    assert_true(post_is_accepted(&post));
    post_begin(&post);
    post_assert_field(&post, "From", NULL);
    post_assert_field(&post, "MessagingServiceSid", SERVICE);
    post_assert_field(&post, "ValidityPeriod", "90");
    char *credentials = base64_encode(API_KEY ":12345", strlen(API_KEY ":12345"));
    assert_string_equal(credentials, post_header(&post, "Authorization") + 6);
    free(credentials);
    char *callback = post_field(post.request.body.data, "StatusCallback");
    assert_token(&post, strstr(callback, "?d=") + 3);
    free(callback);
    post_clear(&post);
}

static void
test_options(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "messaging_service", SERVICE);
    assert_true(post_is_refused(&post, "more than one of from and messaging_service"));
    post_unset(&post, "from");
    post_unset(&post, "messaging_service");
    assert_true(post_is_refused(&post, "none of from and messaging_service"));
    post_set(&post, "messaging_service", "MG12");
    assert_true(post_is_refused(&post, "MG and 32 hexadecimal digits"));
    post_unset(&post, "account");
    post_set(&post, "account", "AC/../x");
    assert_true(post_is_refused(&post, "account is \"AC/../x\""));
    post_clear(&post);
}

#define SAYS(code) "{\"code\":" #code ",\"message\":\"words\",\"status\":400}"

static void
test_answers(void **state)
{
    static const struct post_row rows[] = {
        { 201, "{\"sid\":\"SM1\"}", NULL, true, OUTCOME_DELIVERED, NULL, 0 },
        { 201, "not JSON", NULL, true, OUTCOME_DELIVERED, NULL, 0 },
        { 400, SAYS(21211), NULL, true, OUTCOME_UNDELIVERABLE, "21211: words", 0 },
        { 400, SAYS(21614), NULL, true, OUTCOME_UNDELIVERABLE, "21614", 0 },
        { 400, SAYS(21610), NULL, true, OUTCOME_UNDELIVERABLE, "said STOP", 0 },
        { 400, SAYS(21612), NULL, true, OUTCOME_UNDELIVERABLE, NULL, 0 },
        { 400, SAYS(21408), NULL, true, OUTCOME_UNDELIVERABLE, "geographic", 0 },
        { 400, SAYS(21608), NULL, true, OUTCOME_UNDELIVERABLE, "trial account", 0 },
        { 400, SAYS(21211), NULL, false, OUTCOME_REFUSED, NULL, 0 },
        { 401, SAYS(20003), NULL, true, OUTCOME_CREDENTIALS, "password_file", 0 },
        { 403, SAYS(20005), NULL, true, OUTCOME_CREDENTIALS, "not active", 0 },
        { 403, SAYS(20008), NULL, true, OUTCOME_CREDENTIALS, "test credentials", 0 },
        { 404, SAYS(20404), NULL, true, OUTCOME_CREDENTIALS, "api.twilio.com", 0 },
        { 404, "", NULL, true, OUTCOME_CREDENTIALS, "api.twilio.com", 0 },
        { 401, "", NULL, true, OUTCOME_CREDENTIALS, NULL, 0 },
        { 429, SAYS(20429), "Retry-After: 3", true, OUTCOME_RETRY, NULL, 3000 },
        { 429, "", NULL, true, OUTCOME_RETRY, NULL, -1 },
        { 429, SAYS(21611), NULL, true, OUTCOME_RETRY, NULL, -1 },
        { 400, SAYS(21617), NULL, true, OUTCOME_REFUSED, "set parts lower", 0 },
        { 400, SAYS(21606), NULL, true, OUTCOME_CREDENTIALS, "set from", 0 },
        { 400, SAYS(21659), NULL, true, OUTCOME_CREDENTIALS, "set from", 0 },
        { 400, SAYS(21705), NULL, true, OUTCOME_CREDENTIALS, "messaging_service", 0 },
        { 400, SAYS(30002), NULL, true, OUTCOME_CREDENTIALS, "suspended", 0 },
        { 400, SAYS(21609), NULL, true, OUTCOME_CREDENTIALS, "report_url", 0 },
        { 400, "{\"code\":99999,\"message\":\"To +46739876543 is odd\"}", NULL, true,
          OUTCOME_REFUSED, "To … is odd", 0 },
        { 500, "", NULL, true, OUTCOME_RETRY, NULL, -1 },
        { 503, "<html>", NULL, true, OUTCOME_RETRY, NULL, -1 },
    };
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "to", "+46701234568");
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    post_clear(&post);
}

static void
test_who_is_gone(void **state)
{
    static const struct {
        const char *body;
        bool gone;
    } rows[] = { { SAYS(21211), true },
                 { SAYS(21614), true },
                 { SAYS(21610), true },
                 { SAYS(21408), false } };
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "to", "+46701234568");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct reply reply = { .result = REPLY_ANSWERED, .code = 400 };
        buffer_add(&reply.body, rows[i].body);
        assert_int_equal(rows[i].gone, post_classify(&post, &reply, true)->gone);
    }
    post_clear(&post);
}

static void
test_what_was_sent_is_found(void **state)
{
    struct post post;
    struct buffer list = { 0 };
    (void)state;
    init(&post);
    post_begin(&post);
    char *text = post_field(post.request.body.data, "Body");
    post.input.in_doubt = true;
    post_begin(&post);
    assert_string_equal("GET", post.request.method);
    assert_string_equal(MESSAGES
                        "?To=%2B46739876543&DateSent%3E=2026-11-23&PageSize=100",
                        post.request.url);
    assert_int_equal(0, post.request.body.len);
    buffer_addf(
        &list,
        "{\"messages\":[{\"sid\":\"SM0\",\"to\":\"" NUMBER "\",\"body\":\"%s\","
        "\"direction\":\"inbound\"},{\"sid\":\"SM1\",\"to\":\"+46700000001\","
        "\"body\":\"%s\",\"direction\":\"outbound-api\"},{\"sid\":\"SM2\",\"to\":"
        "\"" NUMBER "\",\"body\":\"%s\",\"direction\":\"outbound-api\"}]}",
        text, text, text);
    assert_false(post_answer(&post, 200, list.data));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_string_equal("SM2", post.outcome.remote_id);
    /* Not there: it is sent. */
    post_begin(&post);
    assert_true(post_answer(&post, 200, "{\"messages\":[]}"));
    assert_string_equal("POST", post.request.method);
    /* Asking again is harmless. */
    post_begin(&post);
    assert_false(post_answer(&post, 503, ""));
    assert_int_equal(OUTCOME_RETRY, post.outcome.kind);
    free(text);
    buffer_clear(&list);
    post_clear(&post);
}

/* --- Reports ---------------------------------------------------------------------- */

#define SIGNATURE "3s1XsIuexgYU0nUVLsmQh8b5fzU="

static bool
is_signed(const char *address, const char *token, const char *body,
          const char *signature)
{
    struct form fields = { 0 };
    struct buffer bytes = { 0 };
    const struct strings headers = { 0 };
    assert_true(form_read(&fields, body, strlen(body)));
    buffer_add(&bytes, body);
    const struct report_call call = { .query = "x=1",
                                      .fields = &fields,
                                      .body_fields = &fields,
                                      .body = &bytes,
                                      .headers = &headers };
    bool is_good = twilio_is_signed(&call, address, token, signature);
    form_clear(&fields);
    buffer_clear(&bytes);
    return is_good;
}

static void
test_signature(void **state)
{
    static const char url[] = "https://alerts.example/hooks/twilio?x=1";
    static const char body[] = "To=%2B46700000000&Body=STOPP+%C3%A5%C3%A4%C3%B6&From="
                               "%2B46701234567&MessageSid=SM123";
    (void)state;
    assert_true(is_signed(url, "12345", body, SIGNATURE));
    assert_true(is_signed("https://alerts.example:443/hooks/twilio?x=1", "12345", body,
                          SIGNATURE));
    assert_false(
        is_signed("https://alerts.example/hooks/other?x=1", "12345", body, SIGNATURE));
    assert_false(is_signed(url, "12346", body, SIGNATURE));
    assert_false(is_signed(url, "12345", "To=%2B46700000001", SIGNATURE));
    assert_false(is_signed(url, "12345", body, ""));
    assert_false(is_signed(url, "12345", body, "3s1XsIuexgYU0nUVLsmQh8b5fzV="));
}

/* Signs as Twilio does, for the rows below. */
static char *
sign(const char *query, const char *sorted_fields)
{
    unsigned char code[SHA1_BYTES];
    char *text = string_format(REPORT_URL "?%s%s", query, sorted_fields);
    hmac_sha1("12345", 5, text, strlen(text), code);
    char *encoded = base64_encode(code, sizeof code);
    char *header = string_format("x-twilio-signature: %s", encoded);
    free(encoded);
    free(text);
    return header;
}

static void
test_what_it_says(void **state)
{
    static const struct {
        const char *status, *code;
        enum report_state state;
        const char *reason;
        bool gone, has_left;
    } rows[] = {
        { "accepted", NULL, REPORT_PENDING, NULL, false, false },
        { "scheduled", NULL, REPORT_PENDING, NULL, false, false },
        { "queued", NULL, REPORT_PENDING, NULL, false, false },
        { "sending", NULL, REPORT_PENDING, NULL, false, false },
        { "sent", NULL, REPORT_PENDING, NULL, false, false },
        { "delivered", NULL, REPORT_DELIVERED, NULL, false, false },
        { "canceled", NULL, REPORT_FAILED, NULL, false, false },
        { "failed", "99999", REPORT_FAILED, "error 99999", false, false },
        { "undelivered", "30003", REPORT_FAILED, "30003: ", false, false },
        { "undelivered", "30004", REPORT_FAILED, "blocks", false, false },
        { "undelivered", "30005", REPORT_FAILED, "no such number", true, false },
        { "undelivered", "30006", REPORT_FAILED, "no text messages", true, false },
        { "undelivered", "30007", REPORT_FAILED, "filtered", false, false },
        { "undelivered", "30008", REPORT_FAILED, "no reason", false, false },
        { "failed", "21610", REPORT_FAILED, "STOP", false, true },
    };
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "report_url", REPORT_URL);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const char *code = rows[i].code == NULL ? "" : rows[i].code;
        char *body = string_format("MessageSid=SM1&MessageStatus=%s&ErrorCode=%s",
                                   rows[i].status, code);
        char *sorted = string_format("ErrorCode%sMessageSidSM1MessageStatus%s", code,
                                     rows[i].status);
        char *header = sign("d=1-x", sorted);
        struct told told;
        if (told_read(&told, &post, "d=1-x", body, header) != STATUS_OK)
            fail_msg("%s: %s", body, told.error.text);
        assert_int_equal(rows[i].state, told.report.state);
        assert_int_equal(rows[i].gone, told.report.gone);
        assert_int_equal(rows[i].has_left, told.report.has_left);
        assert_string_equal("1-x", told.report.token);
        assert_string_equal("SM1", told.report.remote_id);
        if (rows[i].reason == NULL)
            assert_null(told.report.reason);
        else
            assert_non_null(strstr(told.report.reason, rows[i].reason));
        told_clear(&told);
        free(header);
        free(sorted);
        free(body);
    }
    post_clear(&post);
}

static void
test_what_is_not_twilios(void **state)
{
    static const char body[] = "MessageSid=SM1&MessageStatus=delivered";
    struct told told;
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "report_url", REPORT_URL);
    assert_int_equal(STATUS_REFUSED, told_read(&told, &post, "d=1-x", body, NULL));
    assert_non_null(strstr(told.error.text, "has no X-Twilio-Signature"));
    told_clear(&told);
    char *header = sign("d=2-x", "MessageSidSM1MessageStatusdelivered");
    assert_int_equal(STATUS_REFUSED, told_read(&told, &post, "d=1-x", body, header));
    assert_non_null(strstr(told.error.text, "auth_token_file"));
    told_clear(&told);
    assert_int_equal(STATUS_OK, told_read(&told, &post, "d=2-x", body, header));
    told_clear(&told);
    /* With an API key, the account's own token signs. */
    post_set(&post, "auth_token_file", "another");
    assert_int_equal(STATUS_REFUSED, told_read(&told, &post, "d=2-x", body, header));
    told_clear(&told);
    free(header);
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_a_service_and_a_key),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_who_is_gone),
        cmocka_unit_test(test_what_was_sent_is_found),
        cmocka_unit_test(test_signature),
        cmocka_unit_test(test_what_it_says),
        cmocka_unit_test(test_what_is_not_twilios),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
