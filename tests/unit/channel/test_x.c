/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The x driver: signed posts within their weighted room, what is paid for and what is
 * not, and what the answers mean.
 */
#include "test_delivery_fixture.h"

#include "channel/json_reply.h"
#include "channel/oauth1.h"
#include "channel/x_text.h"
#include "text/links.h"

#define POSTED "{\"data\":{\"id\":\"1795\",\"text\":\"x\"}}"
#define DUPLICATE                                                                        \
    "{\"title\":\"Forbidden\",\"type\":\"about:blank\",\"status\":403,\"detail\":\"You " \
    "are not allowed to create a Tweet with duplicate content.\"}"
#define MAY_NOT_REPLY                                                                    \
    "{\"title\":\"Forbidden\",\"status\":403,\"detail\":\"Reply to this conversation is" \
    " not allowed because you have not been mentioned or otherwise engaged by the "      \
    "author of the post you are replying to.\"}"

static void
init(struct post *post)
{
    post_init(post, "x");
    post_set(post, "consumer_key_file", "ck");
    post_set(post, "consumer_secret_file", "cs");
    post_set(post, "token_file", "tk");
    post_set(post, "token_secret_file", "ts");
    post->input.n_carried = &post->n_carried;
}

static void
init_update(struct post *post)
{
    init(post);
    post->input.first_remote_id = "100";
    post->input.previous_remote_id = "105";
}

static char *
text_at(const struct post *post, const char *pointer)
{
    json_t *body = json_loadb(post->request.body.data, post->request.body.len, 0, NULL);
    assert_non_null(body);
    char *text = string_copy(json_string_value(json_at(body, pointer)));
    json_decref(body);
    return text;
}

static void
assert_text_at(const struct post *post, const char *pointer, const char *wanted)
{
    char *text = text_at(post, pointer);
    if (!string_equal(text, wanted))
        fail_msg("%s is \"%s\"", pointer, text == NULL ? "(absent)" : text);
    free(text);
}

/* A member of the Authorization header; caller frees. */
static char *
signed_member(const struct post *post, const char *name)
{
    char *begin = string_format("%s=\"", name);
    const char *header = post_header(post, "Authorization");
    assert_non_null(header);
    const char *found = strstr(header, begin);
    assert_non_null(found);
    found += strlen(begin);
    free(begin);
    return string_copy_n(found, strcspn(found, "\""));
}

static void
test_a_post(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal("https://api.x.com/2/tweets", post.request.url);
    assert_string_equal("application/json", post_header(&post, "Content-Type"));
    assert_true(post.request.recent_connection);
    assert_text_at(&post, "/reply/in_reply_to_tweet_id", NULL);
    char *text = text_at(&post, "/text");
    assert_non_null(strstr(text, "Täby kyrkby"));
    assert_non_null(strstr(text, "13.48"));
    free(text);
    assert_false(post_answer(&post, 201, POSTED));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_string_equal("1795", post.outcome.remote_id);
    post_clear(&post);
}

/* The signature is that of the method, the address and the nonce that are sent. */
static void
test_it_is_signed(void **state)
{
    static const struct oauth1_keys keys = { "ck", "cs", "tk", "ts" };
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    char *nonce = signed_member(&post, "oauth_nonce");
    char *timestamp = signed_member(&post, "oauth_timestamp");
    assert_string_equal("1795439110", timestamp);
    const struct oauth1_request request = { .method = "POST",
                                            .url = "https://api.x.com/2/tweets",
                                            .nonce = nonce,
                                            .timestamp_s = 1795439110 };
    char *wanted = oauth1_header(&keys, &request);
    assert_string_equal(wanted, post_header(&post, "Authorization"));
    free(wanted);
    free(timestamp);
    free(nonce);
    post_clear(&post);
}

static void
assert_nonce_is_new(struct post *post, struct strings *nonces)
{
    char *nonce = signed_member(post, "oauth_nonce");
    assert_false(strings_has(nonces, nonce));
    strings_take(nonces, nonce);
}

static void
test_no_nonce_comes_twice(void **state)
{
    struct strings nonces = { 0 };
    struct post post;
    (void)state;
    init_update(&post);
    post_set(&post, "threads", "true");
    post_begin(&post);
    assert_nonce_is_new(&post, &nonces);
    assert_true(post_answer(&post, 403, MAY_NOT_REPLY)); /* within the same second */
    assert_nonce_is_new(&post, &nonces);
    post.input.now_ms += 1;
    post_begin(&post);
    assert_nonce_is_new(&post, &nonces);
    post.message.id[3] = 'z';
    post_begin(&post);
    assert_nonce_is_new(&post, &nonces);
    string_replace(&post.channel.name, "other");
    post_begin(&post);
    assert_nonce_is_new(&post, &nonces);
    strings_clear(&nonces);
    post_clear(&post);
}

/* --- Threads ---------------------------------------------------------------------- */

static void
test_no_thread_unless_asked_for(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post_begin(&post);
    assert_text_at(&post, "/reply/in_reply_to_tweet_id", NULL);
    assert_false(post_answer(&post, 403, MAY_NOT_REPLY));
    assert_int_equal(OUTCOME_CREDENTIALS, post.outcome.kind);
    post_clear(&post);
}

static void
test_a_thread(void **state)
{
    static const struct {
        int64_t code;
        const char *body;
    } refused[] = {
        { 403, MAY_NOT_REPLY },
        { 400,
          "{\"errors\":[{\"message\":\"You attempted to reply to a Tweet that is deleted "
          "or not visible to you.\"}],\"title\":\"Invalid Request\"}" },
    };
    struct post post;
    (void)state;
    init_update(&post);
    post_set(&post, "threads", "true");
    for (size_t i = 0; i < ARRAY_COUNT(refused); i++) {
        post_begin(&post);
        assert_text_at(&post, "/reply/in_reply_to_tweet_id", "105");
        assert_true(post_answer(&post, refused[i].code, refused[i].body));
        assert_text_at(&post, "/reply/in_reply_to_tweet_id", NULL);
        assert_false(post_answer(&post, 201, POSTED));
        assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    }
    post_begin(&post);
    assert_false(post_answer(&post, 403, "{\"detail\":\"Your account is suspended\"}"));
    assert_int_equal(OUTCOME_CREDENTIALS, post.outcome.kind);
    post.input.previous_remote_id = "at://x bafy"; /* of another driver */
    post_begin(&post);
    assert_text_at(&post, "/reply/in_reply_to_tweet_id", NULL);
    post_clear(&post);
}

/* --- In doubt --------------------------------------------------------------------- */

/* X takes no text twice: where an earlier attempt may have arrived, that shows it did. */
static void
test_a_duplicate(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    assert_false(post_answer(&post, 403, DUPLICATE));
    assert_int_equal(OUTCOME_REFUSED, post.outcome.kind);
    assert_non_null(strstr(post.outcome.detail, "no text twice"));
    post.input.in_doubt = true;
    post_begin(&post);
    assert_false(post_answer(&post, 403, DUPLICATE));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    post_begin(&post);
    assert_false(post_answer(&post, 403, "{\"detail\":\"Your account is locked\"}"));
    assert_int_equal(OUTCOME_CREDENTIALS, post.outcome.kind);
    post_clear(&post);
}

/* So it has to be the same text, though it is read later; but not forever. */
static void
test_the_same_text_in_doubt(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    char *first = text_at(&post, "/text");
    post.input.in_doubt = post.input.late = true;
    post.input.now_ms += 50 * MINUTES_MS;
    post_begin(&post);
    assert_text_at(&post, "/text", first);
    post.input.now_ms += 20 * MINUTES_MS;
    post_begin(&post);
    char *late = text_at(&post, "/text");
    assert_string_not_equal(first, late);
    free(late);
    free(first);
    post_clear(&post);
}

/* --- Texts ------------------------------------------------------------------------ */

static bool
has_link(const char *text)
{
    struct link link;
    return link_find(text, 0, true, &link);
}

/* A post with an address costs more than ten times as much. */
static void
test_no_address_unless_asked_for(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.contact = "Fråga drift.example.se eller ring 020-00 00 00";
    post_begin(&post);
    char *text = text_at(&post, "/text");
    assert_false(has_link(text));
    free(text);
    post_set(&post, "links", "true");
    post_begin(&post);
    text = text_at(&post, "/text");
    assert_true(has_link(text));
    assert_non_null(strstr(text, "https://drift.example.se"));
    free(text);
    post_clear(&post);
}

static void
test_room(void **state)
{
    struct length_rule rule;
    struct post post;
    (void)state;
    init(&post);
    post_miss(&post);
    post_set(&post, "links", "true");
    post.driver->length(&post.channel, &rule);
    assert_int_equal(LENGTH_WEIGHTED, rule.unit);
    assert_int_equal(280, rule.most);
    assert_int_equal(23, rule.link);
    post_begin(&post);
    char *text = text_at(&post, "/text");
    assert_true(length_fits(&rule, text));
    size_t len = strlen(text);
    free(text);
    post_set(&post, "max_characters", "4000");
    post.driver->length(&post.channel, &rule);
    assert_int_equal(4000, rule.most);
    post_begin(&post);
    text = text_at(&post, "/text");
    assert_true(strlen(text) > len);
    free(text);
    post_clear(&post);
}

static void
test_nobody_is_addressed(void **state)
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        { "@all i Täby", "all i Täby" },
        { "(@x) @åsa", "(x) åsa" },
        { "drift@example.se", "drift@example.se" },
        { "kl. 14 @ Täby", "kl. 14 @ Täby" },
        { "@@x", "@x" },
        { "@", "@" },
        { "", "" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char *text = string_copy(rows[i].text);
        x_address_nobody(text);
        assert_string_equal(rows[i].wanted, text);
        free(text);
    }
    struct post post;
    init(&post);
    string_replace(&post.message.facts.places[0].name, "@alla");
    post_begin(&post);
    char *text = text_at(&post, "/text");
    assert_null(strchr(text, '@'));
    assert_non_null(strstr(text, "alla"));
    free(text);
    post_clear(&post);
}

static void
test_the_language(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "language", "en");
    post_begin(&post);
    char *text = text_at(&post, "/text");
    assert_non_null(strstr(text, "power"));
    free(text);
    post_unset(&post, "language");
    post_set(&post, "language", "fi");
    assert_int_equal(STATUS_INVALID,
                     post.driver->compose(&post.input, &post.request, &post.error));
    assert_non_null(strstr(post.error.text, "\"fi\""));
    post_clear(&post);
}

/* --- Answers ---------------------------------------------------------------------- */

static void
test_answers(void **state)
{
    static const char full[] = "{\"title\":\"Too Many Requests\",\"detail\":\"Too Many "
                               "Requests\",\"status\":429}";
    static const char capped[] =
        "{\"account_id\":1,\"title\":\"UsageCapExceeded\",\"period\":\"Monthly\","
        "\"detail\":\"Usage cap exceeded: Monthly product cap\"}";
    static const struct post_row rows[] = {
        { 201, POSTED, NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 201, "<html>", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 200, POSTED, "x-access-level: read-write", false, OUTCOME_DELIVERED, NULL,
          0 },
        { 200, POSTED, "x-access-level: read", false, OUTCOME_CREDENTIALS,
          "may only read", 0 },
        { 201, POSTED, "x-access-level: read", false, OUTCOME_DELIVERED, NULL, 0 },
        { 400, "{\"title\":\"Invalid Request\",\"detail\":\"One or more parameters\"}",
          NULL, false, OUTCOME_REFUSED, "Invalid Request: One or more parameters", 0 },
        { 401, "{\"title\":\"Unauthorized\",\"detail\":\"Unauthorized\"}", NULL, false,
          OUTCOME_CREDENTIALS, "401 Unauthorized: Unauthorized; the four keys", 0 },
        { 402, "{\"title\":\"CreditsDepleted\"}", NULL, false, OUTCOME_CREDENTIALS,
          "no credits left", 0 },
        { 403, DUPLICATE, NULL, false, OUTCOME_REFUSED, "no text twice", 0 },
        { 403,
          "{\"detail\":\"Your client app is not configured with the appropriate oauth1 "
          "app permissions for this endpoint.\"}",
          NULL, false, OUTCOME_CREDENTIALS, "to read and write", 0 },
        { 403, "{\"detail\":\"You are not permitted\"}", NULL, false,
          OUTCOME_CREDENTIALS, "may not post", 0 },
        { 404, "<html>", NULL, false, OUTCOME_CREDENTIALS, "url should be", 0 },
        { 409, "{}", NULL, false, OUTCOME_REFUSED, "409", 0 },
        { 413, "{}", NULL, false, OUTCOME_REFUSED, "413", 0 },
        { 429, full, "x-rate-limit-reset: 1795439410", false, OUTCOME_RETRY, NULL,
          5 * MINUTES_MS },
        { 429, full, "X-Rate-Limit-Reset: 1795439410", false, OUTCOME_RETRY, NULL,
          5 * MINUTES_MS },
        { 429, full, "Retry-After: 30", false, OUTCOME_RETRY, NULL, 30000 },
        { 429, full, NULL, false, OUTCOME_RETRY, NULL, -1 },
        { 429, capped, "x-rate-limit-reset: 1795439410", false, OUTCOME_RETRY,
          "used up", DAYS_MS },
        { 500, "{}", NULL, false, OUTCOME_RETRY, "500", 0 },
        { 503, NULL, NULL, false, OUTCOME_RETRY, "503", 0 },
        { 302, NULL, NULL, false, OUTCOME_RETRY, "302", 0 },
    };
    struct post post;
    (void)state;
    init(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    struct reply reply = { .result = REPLY_UNKNOWN };
    assert_int_equal(OUTCOME_UNKNOWN, post_classify(&post, &reply, false)->kind);
    reply = (struct reply){ .result = REPLY_NOT_SENT };
    assert_int_equal(OUTCOME_TRANSPORT, post_classify(&post, &reply, false)->kind);
    post_clear(&post);
}

/* The limit that is reached is waited for, not the one that begins anew first. */
static void
test_limits_of_a_day(void **state)
{
    static const struct {
        const char *remaining;
        int64_t wait_ms;
    } rows[] = { { "0", 2 * HOURS_MS }, { "17", 5 * MINUTES_MS } };
    static const char *const kinds[] = { "app", "user" };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < 4; i++) {
        struct reply reply = { .result = REPLY_ANSWERED, .code = 429 };
        strings_add(&reply.headers, "x-rate-limit-reset: 1795439410");
        strings_take(&reply.headers,
                     string_format("x-%s-limit-24hour-remaining: %s", kinds[i / 2],
                                   rows[i % 2].remaining));
        strings_take(
            &reply.headers,
            string_format("x-%s-limit-24hour-reset: 1795446310", kinds[i / 2]));
        assert_int_equal(rows[i % 2].wait_ms,
                         post_classify(&post, &reply, false)->retry_after_ms);
    }
    post_clear(&post);
}

/* What is no number of a post is not taken for one. */
static void
test_ids_that_are_none(void **state)
{
    static const char *const bodies[] = {
        "{\"data\":{\"id\":\"../1\"}}",
        "{\"data\":{\"id\":\"\"}}",
        "{\"data\":[]}",
        "{\"data\":{\"id\":\"12345678901234567890123456789\"}}",
        "[]",
        "{}",
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(bodies); i++) {
        post_begin(&post);
        assert_false(post_answer(&post, 201, bodies[i]));
        assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
        assert_null(post.outcome.remote_id);
    }
    post_clear(&post);
}

/* Whose keys they are is asked; nothing is posted. */
static void
test_a_test(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.is_test = true;
    post_begin(&post);
    assert_string_equal("GET", post.request.method);
    assert_string_equal("https://api.x.com/2/users/me", post.request.url);
    assert_int_equal(0, post.request.body.len);
    assert_non_null(post_header(&post, "Authorization"));
    post_clear(&post);
}

static void
test_options(void **state)
{
    static const char *const secrets[] = { "consumer_key_file", "consumer_secret_file",
                                           "token_file", "token_secret_file" };
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    post_set(&post, "url", "api.x.com");
    assert_true(post_is_refused(&post, "is needed"));
    post_clear(&post);
    for (size_t i = 0; i < ARRAY_COUNT(secrets); i++) {
        init(&post);
        post_unset(&post, secrets[i]);
        post_set(&post, secrets[i], "abc def");
        assert_true(post_is_refused(&post, secrets[i]));
        assert_null(strstr(post.error.text, "abc"));
        post_clear(&post);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_post),
        cmocka_unit_test(test_it_is_signed),
        cmocka_unit_test(test_no_nonce_comes_twice),
        cmocka_unit_test(test_no_thread_unless_asked_for),
        cmocka_unit_test(test_a_thread),
        cmocka_unit_test(test_a_duplicate),
        cmocka_unit_test(test_the_same_text_in_doubt),
        cmocka_unit_test(test_no_address_unless_asked_for),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_nobody_is_addressed),
        cmocka_unit_test(test_the_language),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_limits_of_a_day),
        cmocka_unit_test(test_ids_that_are_none),
        cmocka_unit_test(test_a_test),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
