/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Replies of mail servers: which line decides, what its enhanced code says in words, and
 * which answers mean that an address is no more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "channel/smtp_outcome.h"
#include "channel/smtp_reply.h"

#include <stdlib.h>
#include <string.h>

static void
add_lines(struct strings *lines, const char *text)
{
    for (const char *end; text != NULL; text = *end == '\0' ? NULL : end + 1) {
        end = text + strcspn(text, "|");
        strings_take(lines, string_copy_n(text, (size_t)(end - text)));
    }
}

static void
test_the_line_that_decides(void **state)
{
    static const struct {
        const char *lines; /* separated by | */
        int64_t code;
        int subject, detail; /* SMTP_NO_CODE: none */
        const char *said;    /* NULL: there is no such reply */
    } rows[] = {
        { "250 Ok|550 5.1.1 No such user|221 Bye", 550, 1, 1, "No such user" },
        { "550 No such user", 550, SMTP_NO_CODE, SMTP_NO_CODE, "No such user" },
        { "550-One|550-5.1.10 Two|550 Three", 550, 1, 10, "Two" },
        { "550-5.1.1 One|550 5.1.1 Two", 550, 1, 1, "One" },
        { "550-One|550 Two", 550, SMTP_NO_CODE, SMTP_NO_CODE, "One" },
        /* Two replies with the same code: the last one. */
        { "550 5.1.1 First|550 5.2.1 Second", 550, 2, 1, "Second" },
        { "550 5.1.1", 550, 1, 1, "" },
        /* The class must be that of the code. */
        { "550 4.1.1 Odd", 550, SMTP_NO_CODE, SMTP_NO_CODE, "4.1.1 Odd" },
        { "550 5.1 Odd", 550, SMTP_NO_CODE, SMTP_NO_CODE, "5.1 Odd" },
        { "550 5.1.1x Odd", 550, SMTP_NO_CODE, SMTP_NO_CODE, "5.1.1x Odd" },
        { "550 5.99999999999999999999.1 x", 550, SMTP_NO_CODE, SMTP_NO_CODE,
          "5.99999999999999999999.1 x" },
        { "550", 550, SMTP_NO_CODE, SMTP_NO_CODE, "" },
        { "5500 5.1.1 Odd", 550, 0, 0, NULL },
        { "250 Ok", 550, 0, 0, NULL },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct strings lines = { 0 };
        add_lines(&lines, rows[i].lines);
        struct smtp_reply reply = smtp_reply_find(&lines, rows[i].code);
        if ((reply.line != NULL) != (rows[i].said != NULL))
            fail_msg("%s", rows[i].lines);
        if (rows[i].said != NULL) {
            assert_string_equal(rows[i].said, reply.said);
            assert_int_equal(rows[i].subject, reply.enhanced.subject);
            assert_int_equal(rows[i].detail, reply.enhanced.detail);
        }
        strings_clear(&lines);
    }
}

static void
test_who_is_gone(void **state)
{
    static const struct {
        const char *line;
        bool is_gone;
        const char *says;
    } rows[] = {
        { "550 5.1.1 x", true, "550 5.1.1 (there is no such mailbox) x" },
        { "550 5.1.2 x", true, "550 5.1.2 (there is no such mail domain) x" },
        { "556 5.1.10 x", true, "556 5.1.10 (the domain takes no mail) x" },
        { "550 5.1.3 x", false, "not written as the server takes it" },
        { "550 5.2.1 x", false, "550 5.2.1 (the mailbox is disabled) x" },
        { "550 No such user", false, "550 No such user" },
        { "550 5.9.9 x", false, "550 5.9.9 x" },
        { "552 5.2.2 x", false, "552 5.2.2 (the mailbox is full) x" },
        { "450 4.1.1 x", false, "450 4.1.1 (there is no such mailbox) x" },
        { "550 5.7.26 x", false,
          "550 5.7.26 (neither DKIM nor SPF are valid (DMARC)) x" },
        { "535 5.7.8 x", false, "535 5.7.8 (user name or password are wrong) x" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct reply reply = { .result = REPLY_ANSWERED,
                               .code = strtol(rows[i].line, NULL, 10) };
        struct outcome outcome = { 0 };
        add_lines(&reply.headers, rows[i].line);
        smtp_outcome(&reply, true, &outcome);
        if (outcome.gone != rows[i].is_gone)
            fail_msg("%s", rows[i].line);
        assert_non_null(strstr(outcome.detail, rows[i].says));
        /* Where it is the only recipient, a person is to look at it. */
        smtp_outcome(&reply, false, &outcome);
        assert_false(outcome.gone);
        outcome_clear(&outcome);
        reply_clear(&reply);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_line_that_decides),
        cmocka_unit_test(test_who_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
