/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the tests of the bluesky driver share: a channel, its session, and what the
 * requests ask for.
 */
#ifndef BUDKAVLE_TEST_BLUESKY_FIXTURE_H
#define BUDKAVLE_TEST_BLUESKY_FIXTURE_H

#include "test_delivery_fixture.h"

#include "channel/bluesky_record.h"
#include "channel/json_reply.h"

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

static inline void
init(struct post *post)
{
    post_init(post, "bluesky");
    post_set(post, "identifier", "nat.example");
    post_set(post, "password_file", "abcd-efgh-ijkl-mnop");
    post_set(post, "url", "https://pds.example/");
    post->input.n_carried = &post->n_carried;
}

/* The channel has a session from before. */
static inline void
init_with_session(struct post *post)
{
    init(post);
    post->session = string_copy("did:plc:abc acc1 ref1");
    post->input.session = post->session;
}

static inline void
init_update(struct post *post)
{
    init_with_session(post);
    post->input.first_remote_id = FIRST;
    post->input.previous_remote_id = LAST;
}

static inline bool
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

static inline bool
creates_session(const struct post *post)
{
    return asks(post, "POST", "com.atproto.server.createSession");
}

static inline bool
puts_record(const struct post *post)
{
    return asks(post, "POST", "com.atproto.repo.putRecord");
}

static inline bool
looks_for(const struct post *post, const char *key)
{
    char *call = string_format("com.atproto.repo.getRecord?repo=did%%3Aplc%%3Aabc&"
                               "collection=app.bsky.feed.post&rkey=%s",
                               key);
    bool is_asked = asks(post, "GET", call);
    free(call);
    return is_asked;
}

static inline json_t *
body_of(const struct post *post)
{
    json_t *body = json_loadb(post->request.body.data, post->request.body.len, 0, NULL);
    assert_non_null(body);
    return body;
}

static inline void
assert_text_at(const struct post *post, const char *pointer, const char *wanted)
{
    json_t *body = body_of(post);
    const char *text = json_string_value(json_at(body, pointer));
    if (!string_equal(text, wanted))
        fail_msg("%s is \"%s\"", pointer, text == NULL ? "(absent)" : text);
    json_decref(body);
}

static inline char *
text_at(const struct post *post, const char *pointer)
{
    json_t *body = body_of(post);
    char *text = string_copy(json_string_value(json_at(body, pointer)));
    json_decref(body);
    return text;
}

#define FOUND_ANSWER                                                                   \
    "{\"uri\":\"" POST_URI "3l5ab2cdefg2i\",\"cid\":\"bafytwo\",\"value\":{\"text\":"  \
    "\"x\",\"reply\":{\"root\":{\"uri\":\"" POST_URI                                   \
    "3l5ab2cdefg2h\",\"cid\":\"bafyone\"},\"parent\":{\"uri\":\"" POST_URI             \
    "3l5ab2cdefg2h\",\"cid\":\"bafyone\"}}}}"
#define FOUND_ROOT                                                                     \
    "{\"uri\":\"" POST_URI "3l5ab2cdefg2h\",\"cid\":\"bafyone\",\"value\":{\"text\":"  \
    "\"x\"}}"

static inline void
assert_answers(const struct post *post, const char *parent, const char *root)
{
    assert_true(puts_record(post));
    assert_text_at(post, "/record/reply/parent/cid", parent);
    assert_text_at(post, "/record/reply/root/cid", root);
}

#endif
