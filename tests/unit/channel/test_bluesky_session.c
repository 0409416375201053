/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The bluesky driver: its session is made, kept, renewed, and refused.
 */
#include "test_bluesky_fixture.h"

/* The session of an earlier delivery is used as long as it holds. */
static void
test_a_session_is_used_again(void **state)
{
    struct post post;
    (void)state;
    init_with_session(&post);
    post_begin(&post);
    assert_true(puts_record(&post));
    assert_string_equal("Bearer acc1", post_header(&post, "Authorization"));
    post.input.session = "no session";
    post_begin(&post);
    assert_true(creates_session(&post));
    post_clear(&post);
}

static void
test_a_session_that_has_expired(void **state)
{
    struct post post;
    (void)state;
    init_with_session(&post);
    post_begin(&post);
    assert_true(post_answer(&post, 400, EXPIRED));
    assert_true(asks(&post, "POST", "com.atproto.server.refreshSession"));
    assert_string_equal("Bearer ref1", post_header(&post, "Authorization"));
    assert_int_equal(0, post.request.body.len);
    assert_true(post_answer(&post, 200, RENEWED));
    assert_true(puts_record(&post));
    assert_string_equal("Bearer acc2", post_header(&post, "Authorization"));
    assert_string_equal("did:plc:abc acc2 ref2", post.session);
    assert_false(post_answer(&post, 200, SAID));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    post_clear(&post);
}

static void
test_a_refresh_token_that_has_expired(void **state)
{
    static const struct {
        int64_t code;
        const char *body;
    } refused[] = {
        { 400, EXPIRED },
        { 401, "{\"error\":\"ExpiredToken\"}" },
        { 401, "{\"error\":\"AuthenticationRequired\"}" },
        { 400, "{\"error\":\"InvalidToken\",\"message\":\"Token has been revoked\"}" },
        { 200, "{}" },
    };
    struct post post;
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(refused); i++) {
        init_update(&post);
        post_begin(&post);
        assert_true(post_answer(&post, 200, FOUND_ANSWER));
        assert_true(post_answer(&post, 200, FOUND_ROOT));
        assert_true(post_answer(&post, 401, "{\"error\":\"InvalidToken\"}"));
        assert_true(post_answer(&post, refused[i].code, refused[i].body));
        assert_true(creates_session(&post));
        assert_true(post_answer(&post, 200, RENEWED));
        assert_answers(&post, "bafytwo", "bafyone");
        assert_string_equal("Bearer acc2", post_header(&post, "Authorization"));
        /* A server that will not have what it has just made is left alone. */
        assert_false(post_answer(&post, 400, EXPIRED));
        assert_int_equal(OUTCOME_RETRY, post.outcome.kind);
        assert_int_equal(15 * MINUTES_MS, post.outcome.retry_after_ms);
        post_clear(&post);
    }
}

static void
test_a_refresh_that_has_to_wait(void **state)
{
    struct post post;
    (void)state;
    init_with_session(&post);
    post_begin(&post);
    assert_true(post_answer(&post, 400, EXPIRED));
    assert_false(post_answer(&post, 503, NULL));
    assert_int_equal(OUTCOME_RETRY, post.outcome.kind);
    post_clear(&post);
}

/* Without a session the channel can say nothing, so it is the channel that is at fault. */
static void
test_a_session_that_is_refused(void **state)
{
    static const struct {
        int64_t code;
        const char *body, *says;
        enum outcome_kind kind;
    } rows[] = {
        { 401,
          "{\"error\":\"AuthenticationRequired\",\"message\":\"Invalid identifier or "
          "password\"}",
          "Invalid identifier or password; identifier, or the app password",
          OUTCOME_CREDENTIALS },
        { 401, "{\"error\":\"AuthFactorTokenRequired\"}", "put an app password into",
          OUTCOME_CREDENTIALS },
        { 401, "{\"error\":\"AccountTakedown\"}", "taken down", OUTCOME_CREDENTIALS },
        { 400, "{\"error\":\"InvalidRequest\",\"message\":\"Input/identifier\"}",
          "Input/identifier", OUTCOME_CREDENTIALS },
        { 404, "<html>", "address of the server", OUTCOME_CREDENTIALS },
        { 200, "<html>", "not that of a Bluesky server", OUTCOME_CREDENTIALS },
        { 200, "{\"did\":\"did:plc:abc\"}", "without a session", OUTCOME_CREDENTIALS },
        { 200, "{\"did\":\"did:plc:abc\",\"accessJwt\":\"a b\",\"refreshJwt\":\"c\"}",
          "without a session", OUTCOME_CREDENTIALS },
        { 200,
          "{\"did\":\"did:plc:abc\",\"accessJwt\":\"a\",\"refreshJwt\":\"c\","
          "\"active\":false,\"status\":\"deactivated\"}",
          "deactivated; the account is not active", OUTCOME_CREDENTIALS },
        { 429, "{\"error\":\"RateLimitExceeded\"}", "429", OUTCOME_RETRY },
        { 500, NULL, "500", OUTCOME_RETRY },
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post_begin(&post);
        assert_false(post_answer(&post, rows[i].code, rows[i].body));
        if (post.outcome.kind != rows[i].kind ||
            strstr(post.outcome.detail, rows[i].says) == NULL)
            fail_msg("row %zu: kind %d, %s", i, (int)post.outcome.kind,
                     post.outcome.detail);
        assert_null(post.session);
    }
    post_clear(&post);
}

/* The channel's options were changed between two requests: the session is gone, and what
 * comes of asking for another one is not taken for an answer to the step. */
static void
test_a_session_that_is_lost_under_way(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post_begin(&post);
    post.input.session = NULL;
    post_compose(&post);
    assert_true(creates_session(&post));
    assert_false(post_answer(&post, 200, SESSION));
    assert_int_equal(OUTCOME_RETRY, post.outcome.kind);
    assert_null(post.outcome.remote_id);
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_session_is_used_again),
        cmocka_unit_test(test_a_session_that_has_expired),
        cmocka_unit_test(test_a_refresh_token_that_has_expired),
        cmocka_unit_test(test_a_refresh_that_has_to_wait),
        cmocka_unit_test(test_a_session_that_is_refused),
        cmocka_unit_test(test_a_session_that_is_lost_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
