/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a peer repeats of a channel's secrets is hidden before anybody reads it, whichever
 * driver the channel has.
 */
#include "test_delivery_fixture.h"

#include "channel/secrets.h"

static void
assert_hidden(const struct channel *channel, const char *text, const char *wanted)
{
    struct buffer in = { 0 }, out = { 0 };
    buffer_add(&in, text);
    assert_int_equal(wanted != NULL, secrets_hide(channel, &in, &out));
    if (wanted != NULL)
        assert_string_equal(wanted, out.data);
    else
        assert_null(out.data);
    buffer_clear(&in);
    buffer_clear(&out);
}

static void
test_pieces_are_hidden(void **state)
{
    struct post post;
    (void)state;
    post_init(&post, "slack");
    post_set(&post, "webhook_file",
             "https://hooks.example/services/T0/0123456789abcdef/zyxwvutsrqponmlkj?k="
             "0000111122223333");
    assert_hidden(&post.channel, "", NULL);
    assert_hidden(&post.channel, "no such service at hooks.example", NULL);
    assert_hidden(&post.channel, "0123456789abcde", NULL);
    assert_hidden(&post.channel, "0123456789abcdef", "…");
    assert_hidden(&post.channel, "no /services/T0/0123456789abcdef/zyxwvutsrqponmlkj",
                  "no /services/T0/…/…");
    assert_hidden(&post.channel, "k=0000111122223333&k=0000111122223333", "k=…&k=…");
    post_set(&post, "token_file", "xoxb-1-abcdefghijkl");
    assert_hidden(&post.channel, "bad xoxb-1-abcdefghijkl, 0123456789abcdef",
                  "bad …, …");
    post_clear(&post);
}

static void
test_a_detail_never_has_one(void **state)
{
    struct post post;
    struct reply reply = { .result = REPLY_ANSWERED, .code = 422 };
    (void)state;
    post_init(&post, "mastodon");
    post_set(&post, "url", "https://social.example");
    post_set(&post, "token_file", "0123456789abcdef0123");
    buffer_add(&reply.body, "{\"error\":\"what is 0123456789abcdef0123?\"}");
    assert_string_equal("422 Unprocessable Content: what is …?",
                        post_classify(&post, &reply, false)->detail);
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_are_hidden),
        cmocka_unit_test(test_a_detail_never_has_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
