/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the tests of chat services share: a channel with a webhook or with a token, what
 * stands in a JSON body, and texts that try to address people.
 */
#ifndef BUDKAVLE_TEST_CHAT_FIXTURE_H
#define BUDKAVLE_TEST_CHAT_FIXTURE_H

#include "test_delivery_fixture.h"

#include "channel/json_reply.h"

/* The request's body, which must be JSON; a new reference. */
static inline json_t *
chat_body(const struct post *post)
{
    json_t *body = json_loadb(post->request.body.data, post->request.body.len, 0, NULL);
    assert_non_null(body);
    return body;
}

/* The string at a JSON pointer of the request's body; NULL: there is none. The caller
 * frees. */
static inline char *
chat_at(const struct post *post, const char *pointer)
{
    json_t *body = chat_body(post);
    char *text = string_copy(json_string_value(json_at(body, pointer)));
    json_decref(body);
    return text;
}

static inline void
chat_assert_at(const struct post *post, const char *pointer, const char *wanted)
{
    char *text = chat_at(post, pointer);
    if (text == NULL ? wanted != NULL : wanted == NULL || strcmp(text, wanted) != 0)
        fail_msg("%s is \"%s\"", pointer, text == NULL ? "(absent)" : text);
    free(text);
}

static inline bool
chat_has_at(const struct post *post, const char *pointer)
{
    json_t *body = chat_body(post);
    bool has = json_at(body, pointer) != NULL;
    json_decref(body);
    return has;
}

static inline bool
chat_is_true_at(const struct post *post, const char *pointer)
{
    json_t *body = chat_body(post);
    bool is = json_is_true(json_at(body, pointer));
    json_decref(body);
    return is;
}

static inline void
chat_assert_body_has(const struct post *post, const char *words)
{
    if (strstr(post->request.body.data, words) == NULL)
        fail_msg("the body lacks \"%s\": %s", words, post->request.body.data);
}

static inline void
chat_assert_body_lacks(const struct post *post, const char *words)
{
    if (strstr(post->request.body.data, words) != NULL)
        fail_msg("the body has \"%s\": %s", words, post->request.body.data);
}

/* A place, and words of the sender, that would call people or lead elsewhere. */
static inline void
chat_be_hostile(struct post *post)
{
    struct facts *facts = &post->message.facts;
    string_replace(&facts->places[0].name,
                   "@here <!channel> @everyone @all <@U123> <@&7> "
                   "[Lund](https://evil.example) ||x|| *b*");
}

/* With a backslash before it, it is only shown. */
static inline void
chat_assert_not_said(const struct post *post, const char *words)
{
    for (const char *found = post->request.body.data;
         (found = strstr(found, words)) != NULL; found++) {
        if (found[-1] != '\\')
            fail_msg("\"%s\" is said: %.120s", words, found - 20);
    }
}

/* None of what is taken for a call. */
static inline void
chat_assert_harmless(const struct post *post)
{
    static const char *const calls[] = { "@here", "@everyone", "@all", "<@",
                                         "<!channel>" };
    for (size_t i = 0; i < ARRAY_COUNT(calls); i++)
        chat_assert_not_said(post, calls[i]);
    chat_assert_body_has(post, "\uFF20everyone");
}

/* No link that the sender wrote, but the address as it stands. */
static inline void
chat_assert_no_markdown_link(const struct post *post)
{
    chat_assert_not_said(post, "](https://evil");
    chat_assert_body_has(post, "https://evil.example");
}

/* What a peer repeats of the channel's secret goes no further. */
static inline void
chat_assert_secret_hidden(struct post *post, const char *body, const char *secret)
{
    struct reply reply = { .result = REPLY_ANSWERED, .code = 400 };
    buffer_add(&reply.body, body);
    const struct outcome *outcome = post_classify(post, &reply, false);
    assert_non_null(outcome->detail);
    assert_null(strstr(outcome->detail, secret));
    assert_non_null(strstr(outcome->detail, "…"));
}

#endif
