/* SPDX-License-Identifier: EUPL-1.2 */
/* A delivery report as it comes over the socket, for the tests of drivers. */
#ifndef BUDKAVLE_TEST_REPORT_FIXTURE_H
#define BUDKAVLE_TEST_REPORT_FIXTURE_H

#include "test_delivery_fixture.h"

#include "channel/delivery_token.h"
#include "channel/report.h"

#define REPORT_KEY "0123456789abcdef0123456789abcdef"
#define REPORT_URL "https://alerts.example/report/sms"

struct told {
    struct form fields, body_fields;
    struct buffer body;
    struct strings headers;
    struct delivery_report report;
    struct error error;
};

static inline void
told_clear(struct told *told)
{
    form_clear(&told->fields);
    form_clear(&told->body_fields);
    buffer_clear(&told->body);
    strings_clear(&told->headers);
    delivery_report_clear(&told->report);
}

/* body and header may be NULL; with a body that does not begin with "{", it is a form. */
static inline enum status
told_read(struct told *told, const struct post *post, const char *query,
          const char *body, const char *header)
{
    *told = (struct told){ 0 };
    assert_true(form_read(&told->fields, query, strlen(query)));
    if (body != NULL) {
        buffer_add(&told->body, body);
        if (body[0] != '{') {
            assert_true(form_read(&told->fields, body, strlen(body)));
            assert_true(form_read(&told->body_fields, body, strlen(body)));
        }
    }
    if (header != NULL)
        strings_add(&told->headers, header);
    const struct report_call call = { .channel = &post->channel,
                                      .query = query,
                                      .fields = &told->fields,
                                      .body_fields = &told->body_fields,
                                      .body = &told->body,
                                      .headers = &told->headers };
    return post->driver->report(&call, &told->report, &told->error);
}

/* One report and what it means. */
struct told_row {
    const char *query, *body;
    enum report_state
        state;          /* REPORT_NONE: it is refused, and the sentence has reason */
    const char *reason; /* in the report's */
    bool gone;
};

static inline void
told_assert_rows(const struct post *post, const struct told_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct told told;
        enum status status = told_read(&told, post, rows[i].query, rows[i].body, NULL);
        const char *said = status == STATUS_OK ? told.report.reason : told.error.text;
        bool is_right =
            (status == STATUS_OK ? told.report.state : REPORT_NONE) == rows[i].state &&
            told.report.gone == rows[i].gone &&
            (rows[i].reason == NULL
                 ? status != STATUS_OK || said == NULL
                 : said != NULL && strstr(said, rows[i].reason) != NULL);
        if (!is_right)
            fail_msg("row %zu: %s %s: status %d, state %d, \"%s\"", i, rows[i].query,
                     rows[i].body, (int)status, (int)told.report.state,
                     said == NULL ? "" : said);
        told_clear(&told);
    }
}

/* The token of the post's delivery, as the daemon would check it. */
static inline void
assert_token(const struct post *post, const char *token)
{
    const struct token_subject subject = { .channel = post->channel.name,
                                           .delivery = post->input.delivery,
                                           .recipient = post->input.recipient };
    assert_non_null(token);
    assert_true(delivery_token_is_valid(REPORT_KEY, &subject, token));
}

#endif
