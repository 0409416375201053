/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The exec driver: what a program is given, and what each of its exit codes means.
 */
#include "test_delivery_fixture.h"

#include <jansson.h>

static void
init(struct post *post)
{
    post_init(post, "exec");
    post_set(post, "command", "/usr/local/lib/siren");
    post_set(post, "command", "--zone");
    post_set(post, "command", "3");
    post->input.attempt = 2;
}

static json_t *
body_of(const struct post *post)
{
    json_t *body = json_loadb(post->request.body.data, post->request.body.len, 0, NULL);
    assert_non_null(body);
    return body;
}

static void
test_the_program_gets_the_notice(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_compose(&post);
    const struct request *request = &post.request;
    assert_int_equal(3, request->arguments.count);
    assert_string_equal("/usr/local/lib/siren", request->arguments.items[0]);
    assert_string_equal("3", request->arguments.items[2]);
    assert_true(strings_has(&request->environment, "BUDKAVLE_CHANNEL=out"));
    assert_true(strings_has(&request->environment, "BUDKAVLE_MESSAGE=m_abc234"));
    assert_true(strings_has(&request->environment, "BUDKAVLE_INCIDENT=i_xyz567"));
    assert_true(strings_has(&request->environment, "BUDKAVLE_ATTEMPT=2"));
    assert_int_equal(4, request->environment.count);
    assert_false(request->allow_unix_sockets);
    assert_int_equal('\n', request->body.data[request->body.len - 1]);
    json_t *body = body_of(&post);
    assert_string_equal("incident.notice",
                        json_string_value(json_object_get(body, "type")));
    assert_null(json_object_get(body, "test"));
    assert_string_equal(
        "i_xyz567",
        json_string_value(json_object_get(
            json_object_get(json_object_get(body, "data"), "incident"), "id")));
    json_decref(body);
    post_clear(&post);
}

static void
test_a_test_says_so_twice(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "unix_sockets", "true");
    post.input.is_test = true;
    post_compose(&post);
    assert_true(strings_has(&post.request.environment, "BUDKAVLE_TEST=1"));
    assert_true(post.request.allow_unix_sockets);
    json_t *body = body_of(&post);
    assert_true(json_is_true(json_object_get(body, "test")));
    assert_string_equal("channel.test",
                        json_string_value(json_object_get(body, "type")));
    json_decref(body);
    post_clear(&post);
}

static void
test_every_attempt_has_the_same_input(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_miss(&post);
    post_compose(&post);
    assert_int_equal(2, post.n_carried);
    char *first = string_copy(post.request.body.data);
    post.input.now_ms += HOURS_MS;
    post.input.late = true;
    post.input.attempt = 3;
    post_compose(&post);
    assert_string_equal(first, post.request.body.data);
    free(first);
    post_clear(&post);
}

static void
test_exit_codes(void **state)
{
    static const struct {
        int64_t code;
        enum outcome_kind kind;
    } rows[] = {
        { 0, OUTCOME_DELIVERED },    { 1, OUTCOME_RETRY },
        { 2, OUTCOME_RETRY },        { 64, OUTCOME_REFUSED },
        { 65, OUTCOME_REFUSED },     { 66, OUTCOME_REFUSED },
        { 67, OUTCOME_REFUSED },     { 68, OUTCOME_REFUSED },
        { 69, OUTCOME_TRANSPORT },   { 70, OUTCOME_REFUSED },
        { 71, OUTCOME_RETRY },       { 72, OUTCOME_RETRY },
        { 73, OUTCOME_RETRY },       { 74, OUTCOME_RETRY },
        { 75, OUTCOME_RETRY },       { 76, OUTCOME_REFUSED },
        { 77, OUTCOME_CREDENTIALS }, { 78, OUTCOME_CREDENTIALS },
        { 79, OUTCOME_RETRY },       { 127, OUTCOME_RETRY },
        { 255, OUTCOME_RETRY },
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct reply reply = { .result = REPLY_ANSWERED, .code = rows[i].code };
        char *words = string_format("exit code %d", (int)rows[i].code);
        if (post_classify(&post, &reply, false)->kind != rows[i].kind)
            fail_msg("exit code %d is %d", (int)rows[i].code, (int)post.outcome.kind);
        if (rows[i].code != 0)
            assert_string_equal(words, post.outcome.detail);
        free(words);
    }
    post_clear(&post);
}

static void
test_its_words(void **state)
{
    struct post post;
    struct reply reply = { .result = REPLY_ANSWERED, .code = 75 };
    (void)state;
    init(&post);
    reply.detail = string_copy("the amplifier is cold");
    post_classify(&post, &reply, false);
    assert_string_equal("the amplifier is cold (exit code 75)", post.outcome.detail);

    reply = (struct reply){ .result = REPLY_ANSWERED };
    reply.detail = string_copy("warning: low battery");
    buffer_add(&reply.body, "run-17\x07\nmore\n");
    post_classify(&post, &reply, false);
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_null(post.outcome.detail);
    assert_true(strncmp("run-17", post.outcome.remote_id, 6) == 0);
    assert_null(strchr(post.outcome.remote_id, '\x07'));
    assert_null(strstr(post.outcome.remote_id, "more"));

    reply = (struct reply){ .result = REPLY_ANSWERED };
    buffer_add(&reply.body, "\n");
    assert_null(post_classify(&post, &reply, false)->remote_id);
    post_clear(&post);
}

static void
test_ends_without_a_word(void **state)
{
    static const struct {
        enum reply_result result;
        enum outcome_kind kind;
    } rows[] = {
        { REPLY_UNKNOWN, OUTCOME_UNKNOWN },
        { REPLY_BAD_REQUEST, OUTCOME_CREDENTIALS },
        { REPLY_NOT_SENT, OUTCOME_TRANSPORT },
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct reply reply = { .result = rows[i].result };
        reply.detail = string_copy("the program was ended by signal 9 (Killed)");
        assert_int_equal(rows[i].kind, post_classify(&post, &reply, false)->kind);
        assert_string_equal("the program was ended by signal 9 (Killed)",
                            post.outcome.detail);
    }
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_program_gets_the_notice),
        cmocka_unit_test(test_a_test_says_so_twice),
        cmocka_unit_test(test_every_attempt_has_the_same_input),
        cmocka_unit_test(test_exit_codes),
        cmocka_unit_test(test_its_words),
        cmocka_unit_test(test_ends_without_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
