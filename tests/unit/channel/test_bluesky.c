/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The bluesky driver: sessions, records under a key of our own, threads, and what the
 * answers mean.
 */
#include "test_delivery_fixture.h"

#include "base/utf8.h"
#include "channel/bluesky_record.h"
#include "channel/json_reply.h"
#include "text/links.h"

#define SESSION                                                                        \
    "{\"did\":\"did:plc:abc\",\"handle\":\"nat.example\",\"accessJwt\":\"acc1\","      \
    "\"refreshJwt\":\"ref1\",\"active\":true}"
#define RENEWED                                                                        \
    "{\"did\":\"did:plc:abc\",\"handle\":\"nat.example\",\"accessJwt\":\"acc2\","      \
    "\"refreshJwt\":\"ref2\"}"
#define POST_URI "at://did:plc:abc/app.bsky.feed.post/"
#define FIRST POST_URI "3l5ab2cdefg2h bafyone"
#define LAST POST_URI "3l5ab2cdefg2i bafytwo"
#define SAID "{\"uri\":\"" POST_URI "3l5ab2cdefg2j\",\"cid\":\"bafythree\"}"
#define EXPIRED "{\"error\":\"ExpiredToken\",\"message\":\"Token has expired\"}"
#define NO_RECORD                                                                      \
    "{\"error\":\"RecordNotFound\",\"message\":\"Could not locate record: at://x\"}"

static void
init(struct post *post)
{
    post_init(post, "bluesky");
    post_set(post, "identifier", "nat.example");
    post_set(post, "password_file", "abcd-efgh-ijkl-mnop");
    post_set(post, "url", "https://pds.example/");
    post->input.n_carried = &post->n_carried;
}

/* The channel has a session from before. */
static void
init_with_session(struct post *post)
{
    init(post);
    post->session = string_copy("did:plc:abc acc1 ref1");
    post->input.session = post->session;
}

static void
init_update(struct post *post)
{
    init_with_session(post);
    post->input.first_remote_id = FIRST;
    post->input.previous_remote_id = LAST;
}

static bool
asks(const struct post *post, const char *method, const char *call)
{
    char *url = string_format("https://pds.example/xrpc/%s", call);
    bool is_asked = strcmp(post->request.method, method) == 0 &&
                    strncmp(post->request.url, url, strlen(url)) == 0;
    if (!is_asked)
        print_error("%s %s\n", post->request.method, post->request.url);
    free(url);
    return is_asked;
}

static bool
creates_session(const struct post *post)
{
    return asks(post, "POST", "com.atproto.server.createSession");
}

static bool
puts_record(const struct post *post)
{
    return asks(post, "POST", "com.atproto.repo.putRecord");
}

static bool
looks_for(const struct post *post, const char *key)
{
    char *call = string_format("com.atproto.repo.getRecord?repo=did%%3Aplc%%3Aabc&"
                               "collection=app.bsky.feed.post&rkey=%s",
                               key);
    bool is_asked = asks(post, "GET", call);
    free(call);
    return is_asked;
}

static json_t *
body_of(const struct post *post)
{
    json_t *body = json_loadb(post->request.body.data, post->request.body.len, 0, NULL);
    assert_non_null(body);
    return body;
}

static void
assert_text_at(const struct post *post, const char *pointer, const char *wanted)
{
    json_t *body = body_of(post);
    const char *text = json_string_value(json_at(body, pointer));
    if (!string_equal(text, wanted))
        fail_msg("%s is \"%s\"", pointer, text == NULL ? "(absent)" : text);
    json_decref(body);
}

static char *
text_at(const struct post *post, const char *pointer)
{
    json_t *body = body_of(post);
    char *text = string_copy(json_string_value(json_at(body, pointer)));
    json_decref(body);
    return text;
}

static void
test_the_first_post(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    assert_true(creates_session(&post));
    assert_text_at(&post, "/identifier", "nat.example");
    assert_text_at(&post, "/password", "abcd-efgh-ijkl-mnop");
    assert_null(post_header(&post, "Authorization"));
    assert_true(post_answer(&post, 200, SESSION));
    assert_string_equal("did:plc:abc acc1 ref1", post.session);
    assert_true(puts_record(&post));
    assert_string_equal("Bearer acc1", post_header(&post, "Authorization"));
    assert_text_at(&post, "/repo", "did:plc:abc");
    assert_text_at(&post, "/collection", "app.bsky.feed.post");
    assert_text_at(&post, "/record/$type", "app.bsky.feed.post");
    assert_text_at(&post, "/record/langs/0", "sv");
    assert_text_at(&post, "/record/createdAt", "2026-11-23T13:05:01.250Z");
    assert_text_at(&post, "/record/reply/root/uri", NULL);
    assert_text_at(&post, "/record/embed/external/uri",
                   "https://drift.example.se/incident/i_xyz567.html");
    assert_text_at(&post, "/record/embed/external/description", "Täby Nät");
    char *text = text_at(&post, "/record/text");
    assert_non_null(strstr(text, "Täby kyrkby"));
    assert_non_null(strstr(text, "13.48"));
    assert_null(strstr(text, "https://"));
    assert_true(utf8_count_graphemes(text) <= 300);
    free(text);
    assert_false(post_answer(&post, 200, SAID));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_string_equal(POST_URI "3l5ab2cdefg2j bafythree", post.outcome.remote_id);
    post_clear(&post);
}

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

/* The same record under the same key, whatever the time and the step. */
static void
test_a_repeat_is_the_same_record(void **state)
{
    struct post post;
    (void)state;
    init_with_session(&post);
    post_begin(&post);
    char *body = string_copy_n(post.request.body.data, post.request.body.len);
    post.input.now_ms += 5 * MINUTES_MS;
    post_begin(&post);
    assert_true(post_answer(&post, 400, EXPIRED));
    assert_true(post_answer(&post, 200, RENEWED));
    assert_string_equal("Bearer acc2", post_header(&post, "Authorization"));
    assert_int_equal(strlen(body), post.request.body.len);
    assert_memory_equal(body, post.request.body.data, post.request.body.len);
    free(body);
    post_clear(&post);
}

static void
test_keys(void **state)
{
    char key[BLUESKY_KEY_SIZE], other[BLUESKY_KEY_SIZE];
    struct post post;
    (void)state;
    init(&post);
    post.input.begun_at_ms = moment("2026-11-23T13:05:01.250Z");
    bluesky_key(&post.input, key);
    assert_int_equal(13, strlen(key));
    assert_int_equal(13, strspn(key, "234567abcdefghijklmnopqrstuvwxyz"));
    assert_non_null(strchr("234567abcdefghij", key[0])); /* the highest bit is 0 */
    uint64_t number = 0;
    for (const char *c = key; *c != '\0'; c++)
        number = number << 5 | (uint64_t)(*c >= 'a' ? *c - 'a' + 6 : *c - '2');
    int64_t micros = (int64_t)(number >> 10);
    assert_true(micros <= post.input.begun_at_ms * 1000);
    assert_true(micros > (post.input.begun_at_ms - 68 * SECONDS_MS) * 1000);
    post.input.now_ms += DAYS_MS;
    bluesky_key(&post.input, other);
    assert_string_equal(key, other);
    string_replace(&post.channel.name, "other");
    bluesky_key(&post.input, other);
    assert_string_not_equal(key, other);
    string_replace(&post.channel.name, "out");
    post.message.id[2] = 'b';
    bluesky_key(&post.input, other);
    assert_string_not_equal(key, other);
    post_clear(&post);
}

/* --- Threads ---------------------------------------------------------------------- */

#define FOUND_ANSWER                                                                   \
    "{\"uri\":\"" POST_URI "3l5ab2cdefg2i\",\"cid\":\"bafytwo\",\"value\":{\"text\":"  \
    "\"x\",\"reply\":{\"root\":{\"uri\":\"" POST_URI                                   \
    "3l5ab2cdefg2h\",\"cid\":\"bafyone\"},\"parent\":{\"uri\":\"" POST_URI             \
    "3l5ab2cdefg2h\",\"cid\":\"bafyone\"}}}}"
#define FOUND_ROOT                                                                     \
    "{\"uri\":\"" POST_URI "3l5ab2cdefg2h\",\"cid\":\"bafyone\",\"value\":{\"text\":"  \
    "\"x\"}}"

static void
assert_answers(const struct post *post, const char *parent, const char *root)
{
    assert_true(puts_record(post));
    assert_text_at(post, "/record/reply/parent/cid", parent);
    assert_text_at(post, "/record/reply/root/cid", root);
}

static void
test_an_update_answers_the_last_post(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post_begin(&post);
    assert_true(looks_for(&post, "3l5ab2cdefg2i"));
    assert_null(post_header(&post, "Authorization"));
    assert_true(post_answer(&post, 200, FOUND_ANSWER));
    assert_true(looks_for(&post, "3l5ab2cdefg2h"));
    assert_true(post_answer(&post, 200, FOUND_ROOT));
    assert_answers(&post, "bafytwo", "bafyone");
    assert_text_at(&post, "/record/reply/parent/uri", POST_URI "3l5ab2cdefg2i");
    assert_text_at(&post, "/record/reply/root/uri", POST_URI "3l5ab2cdefg2h");
    assert_false(post_answer(&post, 200, SAID));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    post_clear(&post);
}

static void
test_the_second_post_answers_the_first(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post.input.previous_remote_id = FIRST;
    post_begin(&post);
    assert_true(looks_for(&post, "3l5ab2cdefg2h"));
    assert_true(post_answer(&post, 200, FOUND_ROOT));
    assert_answers(&post, "bafyone", "bafyone");
    post_clear(&post);
}

static void
test_a_thread_that_is_gone(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post_begin(&post);
    assert_true(post_answer(&post, 400, NO_RECORD));
    assert_true(looks_for(&post, "3l5ab2cdefg2h"));
    assert_true(post_answer(&post, 200, FOUND_ROOT));
    assert_answers(&post, "bafyone", "bafyone");
    post_begin(&post);
    assert_true(post_answer(&post, 400, NO_RECORD));
    assert_true(post_answer(&post, 400, NO_RECORD));
    assert_answers(&post, NULL, NULL);
    post_begin(&post);
    assert_true(post_answer(&post, 200, FOUND_ANSWER));
    assert_true(post_answer(&post, 404, NO_RECORD));
    assert_answers(&post, NULL, NULL);
    post.input.previous_remote_id = FIRST;
    post_begin(&post);
    assert_true(post_answer(&post, 400,
                            "{\"error\":\"InvalidRequest\",\"message\":\"Could not "
                            "locate record: at://x\"}"));
    assert_answers(&post, NULL, NULL);
    post_clear(&post);
}

/* A server that does not tell is no reason to break the thread, one that is not there is
 * a reason to wait; nothing was said by asking. */
static void
test_what_looking_comes_to(void **state)
{
    static const struct {
        int64_t code;
        const char *body;
        bool goes_on;
        enum outcome_kind kind;
    } rows[] = {
        { 400, "{\"error\":\"InvalidRequest\",\"message\":\"no\"}", true, 0 },
        { 403, "{}", true, 0 },
        { 404, "<html>", true, 0 },
        { 200, "<html>", true, 0 },
        { 429, "{}", false, OUTCOME_RETRY },
        { 502, "{}", false, OUTCOME_RETRY },
    };
    struct post post;
    (void)state;
    init_update(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post_begin(&post);
        bool goes_on = post_answer(&post, rows[i].code, rows[i].body);
        assert_int_equal(rows[i].goes_on, goes_on);
        if (goes_on)
            assert_answers(&post, "bafytwo", "bafyone");
        else
            assert_int_equal(rows[i].kind, post.outcome.kind);
    }
    for (int number = 1; number <= 5; number++) { /* the session and all looking */
        struct reply reply = { .result = REPLY_UNKNOWN };
        post.step.number = number;
        (void)post_classify(&post, &reply, false);
        assert_false(
            post.driver->next_step(&post.input, &reply, &post.step, &post.outcome));
        assert_int_equal(OUTCOME_TRANSPORT, post.outcome.kind);
    }
    post_clear(&post);
}

/* What another driver called a post is none of ours; neither is what a server calls one
 * that cannot stand in an address. */
static void
test_ids_that_are_none(void **state)
{
    static const char *const ids[] = { "109",
                                       "at://x",
                                       "at://did:plc:a/b/c bafy",
                                       POST_URI "../x bafy",
                                       POST_URI "k ba fy",
                                       POST_URI "k&x=1 bafy",
                                       " " };
    struct post post;
    (void)state;
    init_with_session(&post);
    for (size_t i = 0; i < ARRAY_COUNT(ids); i++) {
        post.input.first_remote_id = post.input.previous_remote_id = ids[i];
        post_begin(&post);
        assert_answers(&post, NULL, NULL);
    }
    assert_false(post_answer(&post, 200, "{\"uri\":\"http://x\",\"cid\":\"bafy\"}"));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_null(post.outcome.remote_id);
    post_clear(&post);
}

/* --- In doubt --------------------------------------------------------------------- */

static char *
record_saying(const char *text)
{
    json_t *answer = json_pack("{s:s,s:s,s:{s:s}}", "uri", POST_URI "3l5ab2cdefg2j",
                               "cid", "bafythree", "value", "text", text);
    char *body = json_dumps(answer, 0);
    json_decref(answer);
    return body;
}

/* The record is there: what it says is what was carried, whatever would be said now. */
static void
test_what_was_said_is_found(void **state)
{
    char key[BLUESKY_KEY_SIZE];
    struct post post;
    (void)state;
    init_with_session(&post);
    post_miss(&post);
    post_begin(&post);
    char *text = text_at(&post, "/record/text");
    size_t n_carried = post.n_carried;
    char *same = record_saying(text), *older = record_saying("Something older.");
    assert_true(n_carried > 0);
    post.input.in_doubt = true;
    post_begin(&post);
    bluesky_key(&post.input, key);
    assert_true(looks_for(&post, key));
    post.n_carried = 0;
    assert_false(post_answer(&post, 200, same));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_string_equal(POST_URI "3l5ab2cdefg2j bafythree", post.outcome.remote_id);
    assert_int_equal(n_carried, post.n_carried);
    post_begin(&post);
    assert_false(post_answer(&post, 200, older));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_int_equal(0, post.n_carried);
    free(text);
    free(same);
    free(older);
    post_clear(&post);
}

static void
test_what_was_not_said_is_said(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post.input.in_doubt = true;
    post_begin(&post);
    assert_true(post_answer(&post, 400, NO_RECORD));
    assert_true(looks_for(&post, "3l5ab2cdefg2i"));
    post_begin(&post);
    assert_true(post_answer(&post, 403, "{}")); /* the same key is no second post */
    assert_true(looks_for(&post, "3l5ab2cdefg2i"));
    post_begin(&post);
    assert_false(post_answer(&post, 503, NULL));
    assert_int_equal(OUTCOME_RETRY, post.outcome.kind);
    post_clear(&post);
}

/* --- Sessions --------------------------------------------------------------------- */

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

static void
test_answers(void **state)
{
    static const char full[] = "{\"error\":\"RateLimitExceeded\",\"message\":\"Rate "
                               "Limit Exceeded\"}";
    static const struct post_row rows[] = {
        { 200, SAID, NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 200, "{}", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 400, EXPIRED, NULL, false, OUTCOME_RETRY, "ExpiredToken: Token has expired",
          0 },
        { 400, "{\"error\":\"InvalidToken\"}", NULL, false, OUTCOME_RETRY,
          "InvalidToken", 0 },
        { 401, "{\"error\":\"AuthMissing\"}", NULL, false, OUTCOME_RETRY, "AuthMissing",
          0 },
        { 400, "{\"error\":\"InvalidRequest\",\"message\":\"Record/text too long\"}",
          NULL, false, OUTCOME_REFUSED, "InvalidRequest: Record/text too long", 0 },
        { 400, "{\"error\":\"InvalidSwap\"}", NULL, false, OUTCOME_REFUSED,
          "InvalidSwap", 0 },
        { 400, "{\"error\":\"AccountTakedown\"}", NULL, false, OUTCOME_CREDENTIALS,
          "taken down", 0 },
        { 400, "{\"error\":\"AccountSuspended\"}", NULL, false, OUTCOME_CREDENTIALS,
          "suspended", 0 },
        { 403, "{\"error\":\"AccountDeactivated\"}", NULL, false, OUTCOME_CREDENTIALS,
          "activate it", 0 },
        { 400, "{\"error\":\"RepoDeactivated\"}", NULL, false, OUTCOME_CREDENTIALS,
          "activate it", 0 },
        { 401, "{\"error\":\"AuthFactorTokenRequired\"}", NULL, false,
          OUTCOME_CREDENTIALS, "app password", 0 },
        { 401, "{}", NULL, false, OUTCOME_CREDENTIALS, "app password", 0 },
        { 403, "{}", NULL, false, OUTCOME_CREDENTIALS, "may not post", 0 },
        { 404, "<html>", NULL, false, OUTCOME_CREDENTIALS, "url should be", 0 },
        { 405, "<html>", NULL, false, OUTCOME_CREDENTIALS, "url should be", 0 },
        { 409, "{}", NULL, false, OUTCOME_REFUSED, "409", 0 },
        { 413, "{\"error\":\"PayloadTooLarge\"}", NULL, false, OUTCOME_REFUSED,
          "PayloadTooLarge", 0 },
        { 429, full, "RateLimit-Reset: 1795439410", false, OUTCOME_RETRY,
          "Rate Limit Exceeded", 5 * MINUTES_MS },
        { 429, full, "ratelimit-reset: 1795439410", false, OUTCOME_RETRY, NULL,
          5 * MINUTES_MS },
        { 429, full, "Retry-After: 30", false, OUTCOME_RETRY, NULL, 30000 },
        { 429, full, "Retry-After: Mon, 23 Nov 2026 13:10:10 GMT", false, OUTCOME_RETRY,
          NULL, 5 * MINUTES_MS },
        { 429, full, NULL, false, OUTCOME_RETRY, NULL, -1 },
        { 500, "{\"error\":\"InternalServerError\"}", NULL, false, OUTCOME_RETRY,
          "InternalServerError", 0 },
        { 501, "{\"error\":\"MethodNotImplemented\"}", NULL, false, OUTCOME_RETRY,
          "MethodNotImplemented", 0 },
        { 502, "{\"error\":\"UpstreamFailure\"}", NULL, false, OUTCOME_RETRY, NULL, 0 },
        { 503, NULL, NULL, false, OUTCOME_RETRY, NULL, 0 },
        { 302, NULL, NULL, false, OUTCOME_RETRY, NULL, 0 },
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

/* What was taken is not sent again, though nobody can read what the server said. */
static void
test_a_post_that_is_taken_without_an_id(void **state)
{
    static const char *const bodies[] = { "<html>", "", "[]", "{\"uri\":7}" };
    struct post post;
    (void)state;
    init_with_session(&post);
    for (size_t i = 0; i < ARRAY_COUNT(bodies); i++) {
        post_begin(&post);
        assert_false(post_answer(&post, 200, bodies[i]));
        assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
        assert_null(post.outcome.remote_id);
    }
    post_clear(&post);
}

/* --- Texts ------------------------------------------------------------------------ */

/* Each mark holds exactly a link's bytes, whatever letters come before it. */
static void
test_links_are_marked_in_bytes(void **state)
{
    static const char text[] =
        "Åäö 👩‍👩‍👧 – se https://drift.example.se/1. Eller "
        "(https://räksmörgås.example/å?x=1)!";
    struct post post;
    (void)state;
    init(&post);
    json_t *record = bluesky_record(&post.input, text, "sv", NULL, NULL, NULL);
    const json_t *facets = json_object_get(record, "facets");
    assert_int_equal(2, json_array_size(facets));
    assert_null(json_object_get(record, "embed"));
    for (size_t i = 0; i < json_array_size(facets); i++) {
        const json_t *facet = json_array_get(facets, i);
        size_t start = (size_t)json_integer_value(json_at(facet, "/index/byteStart"));
        size_t end = (size_t)json_integer_value(json_at(facet, "/index/byteEnd"));
        const char *uri = json_string_value(json_at(facet, "/features/0/uri"));
        assert_string_equal("app.bsky.richtext.facet#link",
                            json_string_value(json_at(facet, "/features/0/$type")));
        assert_int_equal(strlen(uri), end - start);
        assert_memory_equal(uri, text + start, end - start);
        assert_string_equal(i == 0 ? "https://drift.example.se/1"
                                   : "https://räksmörgås.example/å?x=1",
                            uri);
    }
    json_decref(record);
    post_clear(&post);
}

static void
test_without_a_card_the_text_has_the_address(void **state)
{
    struct post post;
    (void)state;
    init_with_session(&post);
    post_set(&post, "card", "false");
    post_begin(&post);
    char *text = text_at(&post, "/record/text");
    char *uri = text_at(&post, "/record/facets/0/features/0/uri");
    assert_text_at(&post, "/record/embed/$type", NULL);
    assert_non_null(strstr(text, "https://drift.example.se"));
    assert_non_null(strstr(text, uri));
    assert_true(utf8_count_graphemes(text) <= 300);
    free(text);
    free(uri);
    post_clear(&post);
}

static void
test_without_a_page_there_is_no_card(void **state)
{
    struct post post;
    (void)state;
    init_with_session(&post);
    post.input.page_url = NULL;
    post_begin(&post);
    assert_text_at(&post, "/record/embed/$type", NULL);
    post_clear(&post);
}

static void
test_the_language(void **state)
{
    struct post post;
    (void)state;
    init_with_session(&post);
    post_set(&post, "language", "en");
    post_begin(&post);
    assert_text_at(&post, "/record/langs/0", "en");
    assert_text_at(&post, "/record/embed/external/uri",
                   "https://drift.example.se/en/incident/i_xyz567.html");
    char *text = text_at(&post, "/record/text");
    assert_non_null(strstr(text, "power"));
    free(text);
    post_unset(&post, "language");
    post_set(&post, "language", "fi");
    assert_int_equal(STATUS_INVALID,
                     post.driver->compose(&post.input, &post.request, &post.error));
    assert_non_null(strstr(post.error.text, "\"fi\""));
    post_clear(&post);
}

/* Both limits hold: people's characters, and bytes. */
static void
test_room(void **state)
{
    struct length_rule rule;
    struct post post;
    (void)state;
    init_with_session(&post);
    post_miss(&post);
    post_begin(&post);
    char *text = text_at(&post, "/record/text");
    post.driver->length(&post.channel, &rule);
    assert_int_equal(300, rule.most);
    assert_int_equal(3000, rule.most_bytes);
    assert_true(length_fits(&rule, text));
    free(text);
    struct buffer marks = { 0 };
    buffer_add(&marks, "x");
    while (marks.len < 3100) /* one character for people, and many bytes */
        buffer_add(&marks, "\u0301");
    assert_false(length_fits(&rule, marks.data));
    buffer_clear(&marks);
    post_clear(&post);
}

/* Nothing that nobody sees can be posted: a test asks for a session, and posts nothing. */
static void
test_a_test(void **state)
{
    struct post post;
    (void)state;
    init_with_session(&post);
    post.input.is_test = true;
    post_begin(&post);
    assert_true(creates_session(&post));
    post_clear(&post);
}

static void
test_options(void **state)
{
    static const struct {
        const char *option, *value, *says;
    } bad[] = {
        { "identifier", "@nat.example", "without \"@\"" },
        { "identifier", "nat", "is needed" },
        { "identifier", "nat example.se", "is needed" },
        { "identifier", "https://bsky.app/profile/nat.example", "is needed" },
        { "url", "bsky.social", "is needed" },
        { "url", "https://bsky.social/?x=1", "query" },
        { "password_file", "abcd efgh", "inside the secret" },
        { "password_file", "", "empty" },
    };
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    post_unset(&post, "identifier");
    post_set(&post, "identifier", "did:plc:abc");
    assert_true(post_is_accepted(&post));
    post_clear(&post);
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        init(&post);
        post_unset(&post, bad[i].option);
        post_set(&post, bad[i].option, bad[i].value);
        if (!post_is_refused(&post, bad[i].says))
            fail_msg("%s: %s", bad[i].value, post.error.text);
        assert_null(strstr(post.error.text, "efgh"));
        post_clear(&post);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_post),
        cmocka_unit_test(test_a_session_is_used_again),
        cmocka_unit_test(test_a_repeat_is_the_same_record),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_an_update_answers_the_last_post),
        cmocka_unit_test(test_the_second_post_answers_the_first),
        cmocka_unit_test(test_a_thread_that_is_gone),
        cmocka_unit_test(test_what_looking_comes_to),
        cmocka_unit_test(test_ids_that_are_none),
        cmocka_unit_test(test_what_was_said_is_found),
        cmocka_unit_test(test_what_was_not_said_is_said),
        cmocka_unit_test(test_a_session_that_has_expired),
        cmocka_unit_test(test_a_refresh_token_that_has_expired),
        cmocka_unit_test(test_a_refresh_that_has_to_wait),
        cmocka_unit_test(test_a_session_that_is_refused),
        cmocka_unit_test(test_a_session_that_is_lost_under_way),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_a_post_that_is_taken_without_an_id),
        cmocka_unit_test(test_links_are_marked_in_bytes),
        cmocka_unit_test(test_without_a_card_the_text_has_the_address),
        cmocka_unit_test(test_without_a_page_there_is_no_card),
        cmocka_unit_test(test_the_language),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_a_test),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
