/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a JSON request says, by JSON pointers.
 */
#ifndef BUDKAVLE_TEST_JSON_FIXTURE_H
#define BUDKAVLE_TEST_JSON_FIXTURE_H

#include "test_delivery_fixture.h"

#include "channel/json_reply.h"

/* The body of the request; a new reference. */
static inline json_t *
post_json(const struct post *post)
{
    json_t *body = json_loadb(post->request.body.data, post->request.body.len, 0, NULL);
    assert_non_null(body);
    return body;
}

/* What stands there, strings and numbers alike; caller frees; NULL: nothing. */
static inline char *
post_member(const struct post *post, const char *pointer)
{
    json_t *body = post_json(post);
    const json_t *value = json_at(body, pointer);
    char *text = NULL;
    if (json_is_string(value))
        text = string_copy(json_string_value(value));
    else if (json_is_integer(value))
        text = string_format("%lld", (long long)json_integer_value(value));
    else if (json_is_boolean(value))
        text = string_copy(json_is_true(value) ? "true" : "false");
    else if (value != NULL)
        text = json_dumps(value, JSON_COMPACT);
    json_decref(body);
    return text;
}

/* wanted NULL: nothing stands there. */
static inline void
post_assert_member(const struct post *post, const char *pointer, const char *wanted)
{
    char *text = post_member(post, pointer);
    if (text == NULL ? wanted != NULL : wanted == NULL || strcmp(text, wanted) != 0)
        fail_msg("%s is %s", pointer, text == NULL ? "(absent)" : text);
    free(text);
}

static inline void
post_assert_member_has(const struct post *post, const char *pointer, const char *words)
{
    char *text = post_member(post, pointer);
    if (text == NULL || strstr(text, words) == NULL)
        fail_msg("%s is %s", pointer, text == NULL ? "(absent)" : text);
    free(text);
}

/* A message that tells of danger to life and health for the first time. */
static inline void
post_endanger(struct post *post)
{
    struct facts *facts = &post->message.facts;
    facts->kind = KIND_WATER;
    strings_add(&facts->advice, "boil_water");
    facts->has |= FIELD_BIT(FIELD_ADVICE);
    post->message.notice = NOTICE_DANGER;
    post->message.priority = PRIORITY_URGENT;
}

/* A table of options that check refuses. */
struct post_fault {
    const char *option, *value, *says;
};

static inline void
post_assert_faults(void (*init)(struct post *post), const struct post_fault *rows,
                   size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct post post;
        init(&post);
        assert_true(post_is_accepted(&post));
        post_unset(&post, rows[i].option);
        post_set(&post, rows[i].option, rows[i].value);
        if (!post_is_refused(&post, rows[i].says))
            fail_msg("%s = %s: %s", rows[i].option, rows[i].value, post.error.text);
        post_clear(&post);
    }
}

/* Every answer that is none of the vendor's own. */
static inline void
post_assert_no_answers(struct post *post)
{
    struct reply reply = { .result = REPLY_UNKNOWN };
    assert_int_equal(OUTCOME_UNKNOWN, post_classify(post, &reply, false)->kind);
    reply = (struct reply){ .result = REPLY_NOT_SENT };
    assert_int_equal(OUTCOME_TRANSPORT, post_classify(post, &reply, false)->kind);
    reply = (struct reply){ .result = REPLY_CERTIFICATE };
    assert_int_equal(OUTCOME_CREDENTIALS, post_classify(post, &reply, false)->kind);
}

#endif
