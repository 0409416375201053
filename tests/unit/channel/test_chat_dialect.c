/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How a text is written for each chat service: cell by cell what becomes of what the
 * service would read as markup, as a call, or as a link.
 */
#include "test_delivery_fixture.h"

#include "channel/chat_dialect.h"

static void
test_what_is_written(void **state)
{
    static const struct {
        const char *text, *slack, *teams, *discord, *mattermost, *rocketchat;
    } rows[] = {
        { "Täby 13.48", "Täby 13.48", "Täby 13.48", "Täby 13.48", "Täby 13.48",
          "Täby 13.48" },
        { "a & b", "a &amp; b", "a & b", "a & b", "a & b", "a & b" },
        { "<!channel>", "&lt;!channel&gt;", "＜!channel>", "\\<!channel>",
          "\\<!channel>", "＜!channel＞" },
        { "@here", "＠here", "＠here", "＠here", "＠here", "＠here" },
        { "(@all)", "(＠all)", "(＠all)", "(＠all)", "(＠all)", "(＠all)" },
        { "Ö@x.se", "Ö@x.se", "Ö@x.se", "Ö@x.se", "Ö@x.se", "Ö@x.se" },
        { "a @ b", "a @ b", "a @ b", "a @ b", "a @ b", "a @ b" },
        { "*b* _i_ ~s~ `c`", "*b* _i_ ~s~ `c`", "*b* _i_ ~s~ `c`",
          "\\*b\\* \\_i\\_ \\~s\\~ \\`c\\`", "\\*b\\* \\_i\\_ \\~s\\~ \\`c\\`",
          "\\*b\\* \\_i\\_ \\~s\\~ \\`c\\`" },
        { "[a](b)", "[a](b)", "[a] (b)", "\\[a\\](b)", "\\[a\\](b)", "[a] (b)" },
        { "||x||", "||x||", "||x||", "\\|\\|x\\|\\|", "\\|\\|x\\|\\|", "｜｜x｜｜" },
        { "# a\n# b # c", "# a\n# b # c", "# a\n# b # c", "\\# a\n\\# b # c",
          "\\# a\n\\# b \\# c", "\\# a\n\\# b \\# c" },
        { "> a\n- b", "&gt; a\n- b", "> a\n- b", "\\> a\n\\- b", "\\> a\n\\- b",
          "＞ a\n- b" },
        { "\\", "\\", "\\", "\\\\", "\\\\", "\\" },
        /* A link stays whole, with what would be markup outside of it. */
        { "https://x.se/a_b~c?d=1&e=2.", "<https://x.se/a_b~c?d=1&amp;e=2>.",
          "https://x.se/a_b~c?d=1&e=2.", "<https://x.se/a_b~c?d=1&e=2>.",
          "https://x.se/a_b~c?d=1&e=2.", "https://x.se/a_b~c?d=1&e=2." },
        { "_a_ https://x.se/i_1 _b_", "_a_ <https://x.se/i_1> _b_",
          "_a_ https://x.se/i_1 _b_", "\\_a\\_ <https://x.se/i_1> \\_b\\_",
          "\\_a\\_ https://x.se/i_1 \\_b\\_", "\\_a\\_ https://x.se/i_1 \\_b\\_" },
        /* One with something in it that could end it is no link of ours. */
        { "https://x.se/*@here*", "https://x.se/*＠here*", "https://x.se/*＠here*",
          "https://x.se/\\*＠here\\*", "https://x.se/\\*＠here\\*",
          "https://x.se/\\*＠here\\*" },
        { "", "", "", "", "", "" },
    };
    static const struct chat_dialect *const dialects[] = {
        &chat_slack, &chat_teams, &chat_discord, &chat_mattermost, &chat_rocketchat
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const char *const wanted[] = { rows[i].slack, rows[i].teams, rows[i].discord,
                                       rows[i].mattermost, rows[i].rocketchat };
        for (size_t j = 0; j < ARRAY_COUNT(dialects); j++) {
            struct buffer out = { 0 };
            chat_escape(dialects[j], rows[i].text, &out);
            const char *written = out.data == NULL ? "" : out.data;
            if (strcmp(written, wanted[j]) != 0)
                fail_msg("\"%s\" in dialect %zu is \"%s\"", rows[i].text, j, written);
            buffer_clear(&out);
        }
    }
}

static void
test_what_stands_out(void **state)
{
    struct buffer out = { 0 };
    (void)state;
    chat_bold(&chat_slack, "a<b", &out);
    assert_string_equal("*a&lt;b*", out.data);
    buffer_reset(&out);
    chat_bold(&chat_discord, "a*b", &out);
    assert_string_equal("**a\\*b**", out.data);
    buffer_reset(&out);
    chat_bold(&chat_teams, "ab", &out);
    assert_string_equal("ab", out.data);
    buffer_clear(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written),
        cmocka_unit_test(test_what_stands_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
