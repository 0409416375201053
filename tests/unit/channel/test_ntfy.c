/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The ntfy driver: what is published, how loud, one notification for each incident, and
 * what a server's answers mean.
 */
#include "test_json_fixture.h"

static void
init(struct post *post)
{
    post_init(post, "ntfy");
    post_set(post, "url", "https://ntfy.example");
    post_set(post, "topic", "nordan-drift");
    post_set(post, "token_file", "tk_abc");
    post->input.n_carried = &post->n_carried;
}

static void
test_a_notification(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_compose(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal("https://ntfy.example/", post.request.url);
    assert_string_equal("Bearer tk_abc", post_header(&post, "Authorization"));
    assert_true(post.request.recent_connection);
    post_assert_member(&post, "/topic", "nordan-drift");
    post_assert_member(&post, "/title", "Strömmen är borta i Täby kyrkby sedan 13.48");
    post_assert_member_has(&post, "/message", "Täby Nät: Strömmen är borta");
    post_assert_member(&post, "/priority", "3");
    post_assert_member(&post, "/tags", "[\"electric_plug\"]");
    post_assert_member(&post, "/click",
                       "https://drift.example.se/incident/i_xyz567.html");
    post_assert_member(&post, "/actions/0/action", "view");
    post_assert_member(&post, "/actions/0/label", "Läget just nu");
    post_assert_member(&post, "/actions/0/url",
                       "https://drift.example.se/incident/i_xyz567.html");
    post_assert_member(&post, "/sequence_id", "budkavle-i_xyz567");
    char *text = post_member(&post, "/message");
    assert_null(strstr(text, "https://")); /* a tap leads there */
    free(text);
    struct reply reply = { .result = REPLY_ANSWERED, .code = 200 };
    buffer_add(&reply.body, "{\"id\":\"xE73Iyuabi\",\"event\":\"message\"}");
    assert_string_equal("xE73Iyuabi", post_classify(&post, &reply, false)->remote_id);
    post_clear(&post);
}

static void
test_all_messages_of_an_incident_are_one(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.message.sequence = 7;
    post.message.notice = NOTICE_RESTORED;
    post.message.facts.status = INCIDENT_RESTORED;
    (void)snprintf(post.message.id, sizeof post.message.id, "m_other");
    post_compose(&post);
    post_assert_member(&post, "/sequence_id", "budkavle-i_xyz567");
    post_assert_member(&post, "/tags", "[\"white_check_mark\"]");
    post.message.incident_id[0] = '\0';
    post_compose(&post);
    post_assert_member(&post, "/sequence_id", NULL);
    post_clear(&post);
}

static void
test_how_loud_it_is(void **state)
{
    static const struct {
        enum priority priority;
        const char *wanted;
    } rows[] = { { PRIORITY_URGENT, "4" },
                 { PRIORITY_NORMAL, "3" },
                 { PRIORITY_BULK, "2" } };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post.message.priority = rows[i].priority;
        post_compose(&post);
        post_assert_member(&post, "/priority", rows[i].wanted);
    }
    post_endanger(&post);
    post_compose(&post);
    post_assert_member(&post, "/priority", "5");
    post_assert_member(&post, "/tags", "[\"rotating_light\"]");
    post.message.old_danger = ~INT64_C(0); /* it was said before */
    post_compose(&post);
    post_assert_member(&post, "/priority", "4");
    post.message.facts.mode = MODE_TEST;
    post_compose(&post);
    post_assert_member(&post, "/priority", "1");
    post_clear(&post);
}

static void
test_logins(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_unset(&post, "token_file");
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    assert_null(post_header(&post, "Authorization"));
    post_set(&post, "username", "phil");
    assert_true(post_is_refused(&post, "a login needs both"));
    post_set(&post, "password_file", "mypass");
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    assert_string_equal("Basic cGhpbDpteXBhc3M=", post_header(&post, "Authorization"));
    post_set(&post, "token_file", "tk_abc");
    assert_true(post_is_refused(&post, "one way to log in is enough"));
    post_clear(&post);
}

#define NTFY(code, http, error)                                                        \
    "{\"code\":" code ",\"http\":" http ",\"error\":\"" error                          \
    "\",\"link\":\"https://ntfy.sh/docs\"}"

static void
test_answers(void **state)
{
    /* It is 13:05:10 UTC. */
    const int64_t midnight_ms = 10 * HOURS_MS + 54 * MINUTES_MS + 50 * SECONDS_MS;
    const struct post_row rows[] = {
        { 200, "{\"id\":\"x\"}", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 200, "<html>", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 400, NTFY("40009", "400", "invalid request: topic invalid"), NULL, false,
          OUTCOME_CREDENTIALS, "set topic", 0 },
        { 400, NTFY("40017", "400", "invalid request: body must be message JSON"), NULL,
          false, OUTCOME_REFUSED, "40017 invalid request: body", 0 },
        { 401, NTFY("40101", "401", "unauthorized"), NULL, false, OUTCOME_CREDENTIALS,
          "the token, or username", 0 },
        { 403, NTFY("40301", "403", "forbidden"), NULL, false, OUTCOME_CREDENTIALS,
          "write access", 0 },
        { 404, NTFY("40401", "404", "page not found"), NULL, false, OUTCOME_CREDENTIALS,
          "url should be", 0 },
        { 413, NTFY("41303", "413", "JSON body too large"), NULL, false,
          OUTCOME_REFUSED, "41303 JSON body too large", 0 },
        { 429, NTFY("42901", "429", "limit reached: too many requests"), NULL, false,
          OUTCOME_RETRY, "42901", 5000 },
        { 429, NTFY("42901", "429", "limit reached"), "Retry-After: 7", false,
          OUTCOME_RETRY, NULL, 7000 },
        { 429, NTFY("42908", "429", "limit reached: too many messages"), NULL, false,
          OUTCOME_RETRY, "of this day are used up", midnight_ms },
        { 429, NTFY("42905", "429", "limit reached: daily bandwidth"), NULL, false,
          OUTCOME_RETRY, "42905", midnight_ms },
        { 429, "<html>", NULL, false, OUTCOME_RETRY, "429", 5000 },
        { 500, NTFY("50001", "500", "internal server error"), NULL, false,
          OUTCOME_RETRY, "50001", 0 },
        { 507, NULL, NULL, false, OUTCOME_RETRY, "507", 0 },
    };
    struct post post;
    (void)state;
    init(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    post_assert_no_answers(&post);
    post_clear(&post);
}

static void
test_a_test(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.is_test = true;
    post_compose(&post);
    assert_string_equal("GET", post.request.method);
    assert_string_equal("https://ntfy.example/v1/account", post.request.url);
    assert_string_equal("Bearer tk_abc", post_header(&post, "Authorization"));
    post_set(&post, "test_topic", "nordan-test");
    post_compose(&post);
    post_assert_member(&post, "/topic", "nordan-test");
    post_assert_member(&post, "/priority", "1");
    post_assert_member(&post, "/sequence_id", NULL);
    post_clear(&post);
}

static void
test_what_has_room(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_miss(&post);
    post_compose(&post);
    assert_int_equal(2, post.n_carried);
    post_assert_member_has(&post, "/message", "13.35: ");
    struct length_rule rule;
    post.driver->length(&post.channel, &rule);
    char *text = post_member(&post, "/message");
    assert_true(length_fits(&rule, text));
    assert_int_equal(4096, rule.most);
    free(text);
    string_replace(&post.message.facts.places[0].name,
                   "Långnamn Långnamn Långnamn Långnamn Långnamn Långnamn Långnamn "
                   "Långnamn Långnamn Långnamn Långnamn Långnamn Långnamn Långnamn "
                   "Långnamn Långnamn Långnamn Långnamn Långnamn Långnamn Långnamn "
                   "Långnamn Långnamn Långnamn Långnamn Långnamn Långnamn Långnamn");
    post_compose(&post);
    text = post_member(&post, "/title");
    assert_true(strlen(text) <= 250);
    free(text);
    post_clear(&post);
}

static void
test_options(void **state)
{
    static const struct post_fault bad[] = {
        { "topic", "nordan drift", "a to z" },
        { "topic", "nordan/drift", "a to z" },
        { "topic", "", "a to z" },
        { "test_topic", "å", "test_topic is" },
        { "url", "ntfy.sh", "is needed" },
        { "token_file", "tk abc", "inside the secret" },
    };
    struct post post;
    (void)state;
    post_assert_faults(init, bad, ARRAY_COUNT(bad));
    init(&post);
    post_set(&post, "languages", "sv");
    post_set(&post, "languages", "sv");
    assert_true(post_is_refused(&post, "twice"));
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_notification),
        cmocka_unit_test(test_all_messages_of_an_incident_are_one),
        cmocka_unit_test(test_how_loud_it_is),
        cmocka_unit_test(test_logins),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_a_test),
        cmocka_unit_test(test_what_has_room),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
