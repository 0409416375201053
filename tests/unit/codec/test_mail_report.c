/* SPDX-License-Identifier: EUPL-1.2 */
/* Mails that come back, in the shapes in which servers send them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "codec/mail_report.h"

#include <stdlib.h>
#include <string.h>

#define PLAIN "--B\nContent-Type: text/plain\n\nI'm sorry.\nStatus: 5.1.1\n\n"
#define ORIGINAL                                                                       \
    "--B\nContent-Type: message/rfc822\n\nTo: asa@example.se\n"                        \
    "Action: delivered\n\nhello\n"
#define HEADER                                                                         \
    "Return-Path: <>\nFrom: MAILER-DAEMON\nAuto-Submitted: auto-replied\n"             \
    "Content-Type: multipart/report; report-type=delivery-status;\n"                   \
    "\tboundary=\"B\"\nMIME-Version: 1.0\n\nThis is a MIME message.\n\n"
#define STATUS                                                                         \
    "--B\nContent-Description: Delivery report\nContent-Type: message/delivery-status" \
    "\n\nReporting-MTA: dns; relay.example.se\nArrival-Date: Mon, 23 Nov 2026\n\n"     \
    "Final-Recipient: rfc822; asa@example.se\nOriginal-Recipient:"                     \
    " rfc822;asa@example.se\nAction: failed\nStatus: 5.1.1\n"                          \
    "Diagnostic-Code: X-Postfix; unknown user:\n    \"asa\"\n\n"

static struct mail_report
read(const char *mail)
{
    struct mail_report report;

    mail_report_read(mail, strlen(mail), &report);
    return report;
}

static void
assert_fate(const struct mail_report *report, size_t i, enum mail_action action,
            int class, int subject, int detail)
{
    assert_true(report->n_fates > i);
    assert_int_equal(report->fates[i].action, action);
    assert_int_equal(report->fates[i].class, class);
    assert_int_equal(report->fates[i].subject, subject);
    assert_int_equal(report->fates[i].detail, detail);
}

static void
test_a_report_as_postfix_sends_it(void **state)
{
    struct mail_report report = read(HEADER PLAIN STATUS ORIGINAL "--B--\n");

    (void)state;
    assert_int_equal(report.kind, MAIL_REPORT_DELIVERY);
    assert_true(report.is_automatic);
    assert_int_equal(report.n_fates, 1);
    assert_fate(&report, 0, MAIL_ACTION_FAILED, 5, 1, 1);
}

/* The same with CRLF, after mbox's first line, and cut off in every place. */
static void
test_line_ends_and_mails_that_were_cut(void **state)
{
    static const char text[] = "From MAILER-DAEMON Mon\n" HEADER PLAIN STATUS ORIGINAL;
    struct buffer mail = { 0 };
    struct mail_report report;
    size_t n_read = 0;

    (void)state;
    for (const char *c = text; *c != '\0'; c++) {
        buffer_append(&mail, *c == '\n' ? "\r\n" : c, *c == '\n' ? 2 : 1);
    }
    for (size_t len = 0; len <= mail.len; len++) {
        char *copy = memory_copy(mail.data, len + 1); /* what is behind is not read */

        mail_report_read(copy, len, &report);
        free(copy);
        assert_true(report.kind != MAIL_REPORT_COMPLAINT);
        if (report.kind == MAIL_REPORT_DELIVERY && report.fates[0].detail == 1) {
            n_read++;
        }
    }
    assert_true(n_read > strlen(ORIGINAL));
    assert_fate(&report, 0, MAIL_ACTION_FAILED, 5, 1, 1);
    buffer_clear(&mail);
}

static void
test_several_recipients(void **state)
{
    struct mail_report report =
        read(HEADER
             "--B\nContent-Type: message/delivery-status\n\n"
             "Reporting-MTA: dns; x\n\n\n"
             "Final-Recipient: rfc822; a@b\nAction: Failed (dead)\nStatus: 5.2.1 (no)\n"
             "\nFinal-Recipient: rfc822; c@b\nACTION: delayed\nstatus : 4.4.7\n"
             "\nAction: relayed\nStatus: 2.0.0;\n"
             "\nAction: vanished\nStatus: 5.1\n--B--\n");

    (void)state;
    assert_int_equal(report.n_fates, 4);
    assert_fate(&report, 0, MAIL_ACTION_FAILED, 5, 2, 1);
    assert_fate(&report, 1, MAIL_ACTION_DELAYED, 4, 4, 7);
    assert_fate(&report, 2, MAIL_ACTION_RELAYED, 2, 0, 0);
    assert_fate(&report, 3, MAIL_ACTION_OTHER, -1, -1, -1);
}

static void
test_more_than_is_kept(void **state)
{
    struct buffer content = { 0 };
    struct mail_report report;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        buffer_add(&content, "Action: failed\nStatus: 5.1.1\n\n");
    }
    mail_report_read_status(content.data, content.len, &report);
    assert_int_equal(report.kind, MAIL_REPORT_DELIVERY);
    assert_int_equal(report.n_fates, MAIL_FATES_MAX);
    buffer_clear(&content);
}

#define COMPLAINT(fields)                                                              \
    "Content-Type: multipart/report; boundary=B; report-type=feedback-report\n\n"      \
    "--B\nContent-Type: message/feedback-report\n\n" fields "\n" ORIGINAL "--B--\n"

static void
test_complaints(void **state)
{
    static const struct {
        const char *type;
        bool is_unwanted;
    } rows[] = {
        { COMPLAINT("Feedback-Type: abuse\nVersion: 1\n"), true },
        { COMPLAINT("Feedback-Type: Fraud\n"), true },
        { COMPLAINT("Feedback-Type: opt-out\n"), true },
        { COMPLAINT("Feedback-Type: not-spam\n"), false },
        { COMPLAINT("Feedback-Type: auth-failure\n"), false },
        { COMPLAINT("Feedback-Type: abusement\n"), false },
    };
    struct mail_report report;

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        report = read(rows[i].type);
        assert_int_equal(report.kind, MAIL_REPORT_COMPLAINT);
        assert_int_equal(report.is_unwanted, rows[i].is_unwanted);
        assert_string_equal(report.original_from, "");
    }
    report = read(COMPLAINT("Feedback-Type: abuse\nOriginal-Mail-From:\n"
                            " <b+4711-x@alerts.example.se>\n"));
    assert_string_equal(report.original_from, "<b+4711-x@alerts.example.se>");
}

static void
test_what_is_no_report(void **state)
{
    static const char *const mails[] = {
        "",
        "\n",
        "no mail at all",
        "Subject: hello\n\nStatus: 5.1.1\nAction: failed\n",
        "Auto-Submitted: auto-replied\nSubject: Away\n\nI am away\n",
        "Content-Type: multipart/mixed; boundary=B\n\n" STATUS "--B--\n",
        "Content-Type: multipart/report; report-type=delivery-status\n\n" STATUS,
        "Content-Type: multipart/report; boundary=\"\"\n\n" STATUS,
        "Content-Type: multipart/report; boundary=C\n\n" STATUS "--B--\n",
        HEADER PLAIN ORIGINAL "--B--\n",
        HEADER "--B--\n" STATUS, /* after the end */
        HEADER "--B\nContent-Type: message/delivery-status\n"
               "Content-Transfer-Encoding: base64\n\nAction: failed\nStatus: 5.1.1\n",
        HEADER "--B\nContent-Type: message/delivery-status\n\n"
               "Reporting-MTA: dns; x\n--B--\n",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(mails); i++) {
        struct mail_report report = read(mails[i]);

        if (report.kind != MAIL_REPORT_NONE) {
            fail_msg("mail %zu is taken for a report", i);
        }
    }
}

static void
test_who_wrote_it(void **state)
{
    (void)state;
    assert_true(read("Auto-Submitted: auto-replied\n\n").is_automatic);
    assert_true(read("auto-submitted:\n auto-generated (rule)\n\n").is_automatic);
    assert_false(read("Auto-Submitted: no\n\n").is_automatic);
    assert_false(read("Auto-Submitted: No; x=y\n\n").is_automatic);
    assert_false(read("Subject: x\n\nAuto-Submitted: auto-replied\n").is_automatic);
}

static void
test_parameters(void **state)
{
    static const char *const types[] = {
        "multipart/report; boundary=B",
        "Multipart/Report;BOUNDARY=B;report-type=delivery-status",
        "multipart/report; x=\"; boundary=C\"; boundary=\"\\B\"",
        "multipart/report; x; y ; boundary=B",
        "multipart/report; charset=utf-8;\n boundary=B",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
        char *mail = string_format("Content-Type: %s\n\n" STATUS "--B--\n", types[i]);
        struct mail_report report = read(mail);

        free(mail);
        if (report.kind != MAIL_REPORT_DELIVERY) {
            fail_msg("%s", types[i]);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_report_as_postfix_sends_it),
        cmocka_unit_test(test_line_ends_and_mails_that_were_cut),
        cmocka_unit_test(test_several_recipients),
        cmocka_unit_test(test_more_than_is_kept),
        cmocka_unit_test(test_complaints),
        cmocka_unit_test(test_what_is_no_report),
        cmocka_unit_test(test_who_wrote_it),
        cmocka_unit_test(test_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
