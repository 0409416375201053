/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The bluesky driver: what a post answers, and what is done in doubt.
 */
#include "test_bluesky_fixture.h"

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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_update_answers_the_last_post),
        cmocka_unit_test(test_the_second_post_answers_the_first),
        cmocka_unit_test(test_a_thread_that_is_gone),
        cmocka_unit_test(test_what_looking_comes_to),
        cmocka_unit_test(test_ids_that_are_none),
        cmocka_unit_test(test_what_was_said_is_found),
        cmocka_unit_test(test_what_was_not_said_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
