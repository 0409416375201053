/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The kannel driver: what smsbox is asked, and what its answers mean, each as smsbox
 * writes it.
 */
#include "test_delivery_fixture.h"

#include "text/gsm7.h"

#define NUMBER "+46701234567"

static void
init(struct post *post)
{
    post_init(post, "kannel");
    post_set(post, "url", "http://127.0.0.1:13013/cgi-bin/sendsms");
    post_set(post, "username", "budkavle");
    post_set(post, "password_file", "p456");
    post_set(post, "from", "Nordan");
    post_set(post, "to", NUMBER);
    post->input.recipient = NUMBER;
    post->input.n_carried = &post->n_carried;
}

static void
test_request(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal("http://127.0.0.1:13013/cgi-bin/sendsms", post.request.url);
    assert_string_equal("text/plain; charset=UTF-8",
                        post_header(&post, "Content-Type"));
    assert_string_equal("budkavle", post_header(&post, "X-Kannel-Username"));
    assert_string_equal("p456", post_header(&post, "X-Kannel-Password"));
    assert_string_equal("Nordan", post_header(&post, "X-Kannel-From"));
    assert_string_equal(NUMBER, post_header(&post, "X-Kannel-To"));
    assert_string_equal("0", post_header(&post, "X-Kannel-Coding"));
    assert_null(post_header(&post, "X-Kannel-SMSC"));
    assert_true(post.request.recent_connection);
    assert_non_null(strstr(post.request.body.data, "Täby kyrkby"));
    assert_in_range(gsm7_length(post.request.body.data), 20, 160);
    post_set(&post, "smsc", "OPERATOR");
    post_compose(&post);
    assert_string_equal("OPERATOR", post_header(&post, "X-Kannel-SMSC"));
    post_clear(&post);
}

/* Letters that the text messages' alphabet lacks: plain ones where there are such, else
 * all of it in UCS-2 where that is allowed. */
static void
test_coding(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    string_replace(&post.message.facts.places[0].name, "Áhkká");
    post_compose(&post);
    assert_string_equal("0", post_header(&post, "X-Kannel-Coding"));
    assert_non_null(strstr(post.request.body.data, "Ahkka"));
    post_set(&post, "ucs2", "true");
    post_set(&post, "parts", "4");
    string_replace(&post.message.facts.places[0].name, "Жуково");
    post_compose(&post);
    assert_string_equal("2", post_header(&post, "X-Kannel-Coding"));
    assert_non_null(strstr(post.request.body.data, "Жуково"));
    post_clear(&post);
}

static void
test_answers(void **state)
{
    static const struct post_row rows[] = {
        { 202, "0: Accepted for delivery", NULL, true, OUTCOME_DELIVERED, NULL, 0 },
        { 202, "3: Queued for later delivery", NULL, true, OUTCOME_DELIVERED, NULL, 0 },
        { 202, "Sent.", NULL, true, OUTCOME_DELIVERED, NULL, 0 },
        { 202, "Sent. Message splits: 3", NULL, true, OUTCOME_DELIVERED, NULL, 0 },
        { 403, "Authorization failed for sendsms", NULL, true, OUTCOME_CREDENTIALS,
          "sendsms-user", 0 },
        { 403, "Not routable. Do not try again.", NULL, true, OUTCOME_UNDELIVERABLE,
          "no smsc", 0 },
        { 403, "Not routable. Do not try again.", NULL, false, OUTCOME_REFUSED,
          "403 Forbidden: Not routable", 0 },
        { 400, "Number(s) has/have been denied by white- and/or black-lists.", NULL,
          true, OUTCOME_UNDELIVERABLE, "denied", 0 },
        { 400, "Sender missing and no global set, rejected", NULL, true,
          OUTCOME_CREDENTIALS, "set from", 0 },
        { 400, "Missing receiver number, rejected", NULL, true, OUTCOME_REFUSED,
          "Missing receiver", 0 },
        { 400, "Empty receiver number not allowed, rejected", NULL, true,
          OUTCOME_REFUSED, NULL, 0 },
        { 400, "Charset or body misformed, rejected", NULL, true, OUTCOME_REFUSED, NULL,
          0 },
        { 404, "Unknown request.", NULL, true, OUTCOME_CREDENTIALS, "/cgi-bin/sendsms",
          0 },
        { 415, "Unsupported content-type, rejected", NULL, true, OUTCOME_REFUSED, NULL,
          0 },
        { 500, "Sending failed.", NULL, true, OUTCOME_RETRY, "Sending failed.", -1 },
        { 503, "Temporal failure, try again later.", NULL, true, OUTCOME_RETRY,
          "Temporal failure", -1 },
    };
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "to", "+46701234568");
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    struct reply reply = { .result = REPLY_UNKNOWN };
    assert_int_equal(OUTCOME_UNKNOWN, post_classify(&post, &reply, true)->kind);
    post_clear(&post);
}

static void
test_options(void **state)
{
    static const struct {
        const char *option, *value, *says;
    } bad[] = {
        { "url", "127.0.0.1:13013", "is needed" },
        { "username", "a b", "without spaces" },
        { "smsc", "a\tb", "without spaces" },
        { "password_file", "a b", "inside the secret" },
        { "from", "Nordan Energi AB", "at most 11" },
        { "to", "46701234567", "does not begin with \"+\"" },
    };
    struct post post;
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        init(&post);
        post_unset(&post, bad[i].option);
        post_set(&post, bad[i].option, bad[i].value);
        if (!post_is_refused(&post, bad[i].says))
            fail_msg("%s = %s: %s", bad[i].option, bad[i].value, post.error.text);
        post_clear(&post);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_coding),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
