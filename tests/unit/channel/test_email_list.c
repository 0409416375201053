/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mails of a list: the way out of it, and the address that reports of failures come back
 * to. Both hold a token of the delivery, and a delivery to somebody else has another.
 */
#include "test_email_fixture.h"

#include "channel/delivery_token.h"

#define KEY "00112233445566778899aabbccddeeff"

static void
init_list(struct post *post)
{
    init(post);
    post_unset(post, "to");
    post_set(post, "to_file", "list.txt");
    post_set(post, "token_key_file", KEY);
    post_set(post, "unsubscribe_url",
             "https://d.example.se/v1/unsubscribe?token={token}");
    post_set(post, "unsubscribe_mail", "u+{token}@alerts.example.se");
    post_set(post, "return_path", "b+{token}@alerts.example.se");
    post->input.delivery = 4711;
}

static void
make_token(const struct post *post, char token[DELIVERY_TOKEN_SIZE])
{
    const struct token_subject subject = { .channel = "out",
                                           .delivery = post->input.delivery,
                                           .recipient = post->input.recipient };
    delivery_token_format(KEY, &subject, token);
}

static void
test_a_list_can_be_left_with_one_click(void **state)
{
    struct post post;
    char token[DELIVERY_TOKEN_SIZE];
    (void)state;
    init_list(&post);
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    make_token(&post, token);
    char *ways = string_format("<https://d.example.se/v1/unsubscribe?token=%s>, "
                               "<mailto:u+%s@alerts.example.se>",
                               token, token);
    char *path = string_format("b+%s@alerts.example.se", token);
    assert_header(&post, "List-Unsubscribe", ways);
    assert_header(&post, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    assert_header(&post, "From", "=?UTF-8?Q?T=C3=A4by_N=C3=A4t?= <drift@example.se>");
    assert_string_equal(path, post.request.mail_from);
    assert_null(strstr(post.request.body.data, KEY));
    free(ways);
    free(path);
    post_clear(&post);
}

static void
test_each_delivery_has_its_own_token(void **state)
{
    struct post post;
    (void)state;
    init_list(&post);
    post_compose(&post);
    char *first = string_copy(post.request.mail_from);
    post_compose(&post);
    assert_string_equal(first, post.request.mail_from); /* a repeat has the same */
    post.input.recipient = "jour@example.se";
    post_compose(&post);
    assert_string_not_equal(first, post.request.mail_from);
    post.input.recipient = "redaktion@example.se";
    post.input.delivery++;
    post_compose(&post);
    assert_string_not_equal(first, post.request.mail_from);
    free(first);
    post_clear(&post);
}

static void
test_one_way_out_is_enough(void **state)
{
    struct post post;
    char token[DELIVERY_TOKEN_SIZE];
    (void)state;
    init_list(&post);
    set_again(&post, "unsubscribe_url", NULL);
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    make_token(&post, token);
    char *mail = string_format("<mailto:u+%s@alerts.example.se>", token);
    assert_header(&post, "List-Unsubscribe", mail);
    assert_null(header(&post, "List-Unsubscribe-Post"));
    free(mail);
    set_again(&post, "unsubscribe_mail", NULL);
    post_compose(&post);
    assert_null(header(&post, "List-Unsubscribe"));
    set_again(&post, "return_path", NULL);
    post_compose(&post);
    assert_string_equal("drift@example.se", post.request.mail_from);
    post_clear(&post);
}

static void
test_the_name_of_the_list(void **state)
{
    struct post post;
    (void)state;
    init_list(&post);
    post_compose(&post);
    assert_header(&post, "List-Id", "<out.example.se>");
    post_set(&post, "list_id", "avbrott.taby.example.se");
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    assert_header(&post, "List-Id", "<avbrott.taby.example.se>");
    post_clear(&post);
}

/* Who is named in `to` has a return path too, but leaves by the configuration. */
static void
test_named_recipients_do_not_leave(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "token_key_file", KEY);
    post_set(&post, "return_path", "b+{token}@alerts.example.se");
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    assert_true(strncmp(post.request.mail_from, "b+0-", 4) == 0);
    assert_null(header(&post, "List-Unsubscribe"));
    post_set(&post, "unsubscribe_mail", "u+{token}@alerts.example.se");
    assert_true(post_is_refused(&post, "for a list (to_file)"));
    post_clear(&post);
}

static void
test_faults(void **state)
{
    static const struct {
        const char *option, *value, *says;
    } rows[] = {
        { "list_id", "avbrott", "list_id is \"avbrott\"" },
        { "list_id", "avbrott täby.se", "list_id is" },
        { "list_id", "<a.example.se>", "list_id is" },
        { "unsubscribe_url", "http://d.example.se/{token}", "https://" },
        { "unsubscribe_url", "https://d.example.se/", "has no {token}" },
        { "unsubscribe_url", "https://d.example.se/{token}>,<x", "cannot stand" },
        { "unsubscribe_url", "https://d.example.se/ {token}", "cannot stand" },
        { "unsubscribe_url", "https://d.example.se/{token}\r\nBcc: x", "cannot stand" },
        { "unsubscribe_mail", "u@alerts.example.se", "not one {token} before" },
        { "return_path", "b@{token}.example.se", "not one {token} before" },
        { "return_path", "{token}{token}@example.se", "not one {token} before" },
        { "return_path", "b{token}", "not one {token} before" },
        { "return_path", "studsar-fran-listan+{token}@example.se", "too long" },
        { "return_path", "b {token}@example.se", "return_path with the longest token" },
        { "token_key_file", "short", "at least 32" },
        { "token_key_file", NULL, "without token_key_file" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct post post;
        init_list(&post);
        set_again(&post, rows[i].option, rows[i].value);
        if (!post_is_refused(&post, rows[i].says))
            fail_msg("%s = %s: %s", rows[i].option, rows[i].value, post.error.text);
        assert_null(strstr(post.error.text, "short "));
        post_clear(&post);
    }
}

/* The longest number that a delivery can have still makes a valid address. */
static void
test_the_longest_token_fits(void **state)
{
    struct post post;
    (void)state;
    init_list(&post);
    set_again(&post, "return_path", "drift-studs-avb12+{token}@alerts.example.se");
    assert_true(post_is_accepted(&post));
    post.input.delivery = INT64_MAX;
    post_compose(&post);
    assert_int_equal(64, strcspn(post.request.mail_from, "@"));
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_list_can_be_left_with_one_click),
        cmocka_unit_test(test_each_delivery_has_its_own_token),
        cmocka_unit_test(test_one_way_out_is_enough),
        cmocka_unit_test(test_the_name_of_the_list),
        cmocka_unit_test(test_named_recipients_do_not_leave),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_the_longest_token_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
