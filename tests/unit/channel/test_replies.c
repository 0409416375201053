/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A vendor's answers as a table, and a story's steps, without a driver: what a code that
 * says yes means when the body says no, where words, ids and times to wait are found.
 */
#include "test_delivery_fixture.h"

#include "channel/http_wait.h"
#include "channel/json_reply.h"
#include "channel/reply_rule.h"
#include "channel/story.h"

static const struct reply_rule rules[] = {
    { 200, "slow down", OUTCOME_RETRY, NULL },
    { 200, "invalid_auth", OUTCOME_CREDENTIALS, "make a new token" },
    { 0, "no_such_person", OUTCOME_UNDELIVERABLE, NULL },
    { 400, NULL, OUTCOME_CREDENTIALS, "set url" },
};

static bool
is_short(const char *id)
{
    return strlen(id) < 4;
}

static const struct reply_table table = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .words = "/error/name",
    .ok_member = "/ok",
    .remote_id = "/data/0/id",
    .is_remote_id = is_short,
    .waits = { { WAIT_HEADER_MOMENT, "X-Reset" },
               { WAIT_HEADER_SECONDS, "X-Reset-After" },
               { WAIT_BODY_SECONDS, "/wait/s" },
               { WAIT_BODY_MILLISECONDS, "/wait/ms" } },
    .n_waits = 4,
};

static void
test_what_answers_mean(void **state)
{
    static const struct {
        int64_t code;
        const char *body, *header;
        enum outcome_kind kind;
        const char *id, *says;
        int64_t wait_ms;
    } rows[] = {
        { 200, "{\"ok\":true,\"data\":[{\"id\":\"7\"}]}", NULL, OUTCOME_DELIVERED, "7",
          NULL, -1 },
        { 200, "{\"data\":[{\"id\":\"7\"}]}", NULL, OUTCOME_DELIVERED, "7", NULL, -1 },
        { 200, "{\"ok\":true,\"data\":[{\"id\":\"7777\"}]}", NULL, OUTCOME_DELIVERED,
          NULL, NULL, -1 },
        { 200, "{\"ok\":true,\"data\":{}}", NULL, OUTCOME_DELIVERED, NULL, NULL, -1 },
        { 204, NULL, NULL, OUTCOME_DELIVERED, NULL, NULL, -1 },
        { 200, "{\"ok\":false,\"error\":{\"name\":\"odd\"}}", NULL, OUTCOME_REFUSED,
          NULL, "200: odd", -1 },
        { 200, "{\"ok\":0}", NULL, OUTCOME_REFUSED, NULL, "200", -1 },
        { 200, "{\"ok\":false,\"error\":{\"name\":\"invalid_auth\"}}", NULL,
          OUTCOME_CREDENTIALS, NULL, "200: invalid_auth; make a new token", -1 },
        { 200, "{\"ok\":false,\"error\":{\"name\":\"no_such_person\"}}", NULL,
          OUTCOME_REFUSED, NULL, "no_such_person", -1 },
        { 200, "{\"ok\":true,\"error\":{\"name\":\"no_such_person\"}}", NULL,
          OUTCOME_DELIVERED, NULL, NULL, -1 },
        { 200, "{\"error\":{\"name\":\"Slow down\"},\"wait\":{\"s\":1.5}}", NULL,
          OUTCOME_RETRY, NULL, "Slow down", 1500 },
        { 400, "{}", NULL, OUTCOME_CREDENTIALS, NULL, "set url", -1 },
        { 422, "{}", NULL, OUTCOME_REFUSED, NULL, "422", -1 },
        { 429, "{\"wait\":{\"ms\":20}}", "Retry-After: 3", OUTCOME_RETRY, NULL, "429",
          3000 },
        { 429, "{\"wait\":{\"ms\":20}}", "X-Reset-After: 0.0011", OUTCOME_RETRY, NULL,
          "429", 2 },
        { 429, "{\"wait\":{\"ms\":20}}", "X-Reset-After: soon", OUTCOME_RETRY, NULL,
          "429", 20 },
        { 429, "{\"wait\":{\"s\":1e300}}", NULL, OUTCOME_RETRY, NULL, "429",
          24 * HOURS_MS },
        { 429, "{\"wait\":{\"s\":-1}}", NULL, OUTCOME_RETRY, NULL, "429", -1 },
        { 429, "{\"wait\":{\"s\":\"5\"}}", NULL, OUTCOME_RETRY, NULL, "429", -1 },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct reply reply = { .result = REPLY_ANSWERED, .code = rows[i].code };
        struct outcome outcome = { 0 };
        if (rows[i].body != NULL)
            buffer_add(&reply.body, rows[i].body);
        if (rows[i].header != NULL)
            strings_add(&reply.headers, rows[i].header);
        reply_table_outcome(&table, &reply, false, 1000, &outcome);
        const char *id = outcome.remote_id == NULL ? "" : outcome.remote_id;
        const char *detail = outcome.detail == NULL ? "" : outcome.detail;
        if (outcome.kind != rows[i].kind ||
            strcmp(id, rows[i].id == NULL ? "" : rows[i].id) != 0 ||
            strstr(detail, rows[i].says == NULL ? "" : rows[i].says) == NULL ||
            outcome.retry_after_ms != rows[i].wait_ms)
            fail_msg("row %zu: kind %d, id \"%s\", \"%s\", after %lld", i,
                     (int)outcome.kind, id, detail, (long long)outcome.retry_after_ms);
        reply_clear(&reply);
        outcome_clear(&outcome);
    }
}

static void
test_one_of_several(void **state)
{
    struct reply reply = { .result = REPLY_ANSWERED, .code = 404 };
    struct outcome outcome = { 0 };
    (void)state;
    buffer_add(&reply.body, "{\"error\":{\"name\":\"no_such_person\"}}");
    reply_table_outcome(&table, &reply, true, 1000, &outcome);
    assert_int_equal(OUTCOME_UNDELIVERABLE, outcome.kind);
    reply_clear(&reply);
    outcome_clear(&outcome);
}

static void
test_pointers(void **state)
{
    static const struct {
        const char *pointer;
        int value; /* 0: there is nothing */
    } rows[] = {
        { "/a/b/1", 2 }, { "/a~1b", 3 },  { "/m~0n", 4 },    { "/", 5 },
        { "/~01", 6 },   { "/a/b/2", 0 }, { "/a/b/x", 0 },   { "/a/b/-1", 0 },
        { "a", 0 },      { "/a/c/d", 0 }, { "/a/b/1/0", 0 },
    };
    json_t *root = json_loads("{\"a\":{\"b\":[1,2]},\"a/b\":3,\"m~n\":4,\"\":5,"
                              "\"~1\":6}",
                              0, NULL);
    (void)state;
    assert_ptr_equal(root, json_at(root, ""));
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const json_t *value = json_at(root, rows[i].pointer);
        if ((value == NULL) != (rows[i].value == 0) ||
            (value != NULL && json_integer_value(value) != rows[i].value))
            fail_msg("%s", rows[i].pointer);
    }
    json_decref(root);
}

/* Each kind of channel from the second message of an incident on: which steps follow
 * which answers. */
static void
test_stories(void **state)
{
    static const struct {
        struct story story;
        bool is_test;
        const char *previous;
        int64_t codes[4]; /* 0: the end */
        int steps[4];
        const char *answered[4];
    } rows[] = {
        { { true, true, NULL },
          false,
          "2",
          { 200, 200 },
          { STORY_EDIT, STORY_SAY },
          { NULL, "1" } },
        { { true, true, NULL },
          false,
          "2",
          { 404, 404, 410, 200 },
          { STORY_EDIT, STORY_SAY, STORY_SAY_PREVIOUS, STORY_SAY_ALONE },
          { NULL, "1", "2", NULL } },
        { { true, true, NULL },
          false,
          "1",
          { 422, 404, 200 },
          { STORY_EDIT, STORY_SAY, STORY_SAY_ALONE },
          { NULL, "1", NULL } },
        { { true, false, NULL },
          false,
          "2",
          { 404, 404 },
          { STORY_EDIT, STORY_SAY },
          { NULL, NULL } },
        { { false, true, NULL },
          false,
          NULL,
          { 404, 404 },
          { STORY_SAY, STORY_SAY_ALONE },
          { "1", NULL } },
        { { false, false, NULL }, false, "2", { 404 }, { STORY_SAY }, { NULL } },
        { { true, true, NULL }, true, "2", { 404 }, { STORY_SAY }, { NULL } },
        { { true, true, NULL }, false, "2", { 503 }, { STORY_EDIT }, { NULL } },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct delivery_step step = { 0 };
        struct delivery_input input = { .first_remote_id = "1",
                                        .previous_remote_id = rows[i].previous,
                                        .is_test = rows[i].is_test,
                                        .step = &step };
        struct outcome outcome = { 0 };
        assert_true(story_next_step(&rows[i].story, &input, NULL, &step, &outcome));
        for (size_t j = 0; j < 4 && rows[i].codes[j] != 0; j++) {
            struct reply reply = { .result = REPLY_ANSWERED, .code = rows[i].codes[j] };
            const char *answered = story_answered(&rows[i].story, &input);
            const char *wanted = rows[i].answered[j];
            bool is_last = j == 3 || rows[i].codes[j + 1] == 0;
            reply_table_outcome(&(struct reply_table){ 0 }, &reply, false, 0, &outcome);
            if (step.number != rows[i].steps[j] ||
                (wanted == NULL) != (answered == NULL) ||
                (wanted != NULL && strcmp(wanted, answered) != 0) ||
                story_next_step(&rows[i].story, &input, &reply, &step, &outcome) ==
                    is_last)
                fail_msg("row %zu, answer %zu: step %d", i, j, step.number);
            outcome_clear(&outcome);
        }
    }
}

/* A peer that fails to edit holds the news up for a while, unless it says for how long. */
static void
test_an_edit_that_fails_again_and_again(void **state)
{
    static const struct story story = { .edits = true, .threads = true };
    static const struct {
        int64_t attempt, retry_after_ms;
        bool goes_on;
    } rows[] = {
        { 1, -1, false }, { 2, -1, false }, { 3, -1, true }, { 9, 5000, false }
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct delivery_step step = { .number = STORY_EDIT };
        struct delivery_input input = { .first_remote_id = "1",
                                        .attempt = rows[i].attempt,
                                        .step = &step };
        struct reply reply = { .result = REPLY_ANSWERED, .code = 500 };
        struct outcome outcome = { .kind = OUTCOME_RETRY,
                                   .retry_after_ms = rows[i].retry_after_ms };
        assert_int_equal(rows[i].goes_on,
                         story_next_step(&story, &input, &reply, &step, &outcome));
        assert_int_equal(rows[i].goes_on ? STORY_SAY : STORY_EDIT, step.number);
    }
}

/* An edit whose answer never came has said nothing: it is no doubt about the message. */
static void
test_an_edit_in_doubt_is_tried_again(void **state)
{
    static const struct story story = { .edits = true, .threads = true };
    struct delivery_step step = { .number = STORY_EDIT };
    struct delivery_input input = { .first_remote_id = "1", .step = &step };
    struct reply reply = { .result = REPLY_UNKNOWN };
    struct outcome outcome = { .kind = OUTCOME_UNKNOWN };
    (void)state;
    assert_false(story_next_step(&story, &input, &reply, &step, &outcome));
    assert_int_equal(OUTCOME_TRANSPORT, outcome.kind);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_answers_mean),
        cmocka_unit_test(test_one_of_several),
        cmocka_unit_test(test_pointers),
        cmocka_unit_test(test_stories),
        cmocka_unit_test(test_an_edit_that_fails_again_and_again),
        cmocka_unit_test(test_an_edit_in_doubt_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
