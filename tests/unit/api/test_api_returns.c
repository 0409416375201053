/* SPDX-License-Identifier: EUPL-1.2 */
/* Readers who leave a list, and mails that came back, as web servers, mail programs and
 * mail servers send them. */
#include "client.h"

#define FORM_TYPE "Content-Type: application/x-www-form-urlencoded\r\n"
#define PARTS_TYPE "Content-Type: multipart/form-data; boundary=X\r\n"
#define MAIL_TYPE "Content-Type: message/rfc822\r\n"
#define ONE_CLICK "List-Unsubscribe=One-Click"
#define KNOWN "/v1/unsubscribe?token=known"

/* What came back, as text; caller clears. Returns the code. */
static int
exchange(struct rig *rig, const char *method, const char *path, const char *headers,
         const char *body, struct buffer *answer)
{
    struct client client;
    int code;

    rig->last[0] = '\0';
    client_open(rig, &client);
    client_ask(&client, method, path, headers, body);
    client_wait(&client);
    code = client_code(&client);
    buffer_reset(answer);
    buffer_append(answer, client.in.data, client.in.len);
    client_close(&client);
    return code;
}

static void
test_a_link_that_is_opened_asks_only(void **state)
{
    struct rig *rig = *state;
    struct buffer answer = { 0 };

    assert_int_equal(exchange(rig, "GET", KNOWN, "", NULL, &answer), 200);
    assert_non_null(strstr(answer.data, "Content-Type: text/html; charset=utf-8\r\n"));
    assert_non_null(strstr(answer.data, "<p>page 0</p>"));
    assert_string_equal(rig->last, "");
    assert_int_equal(exchange(rig, "HEAD", KNOWN, "", NULL, &answer), 405);
    assert_string_equal(rig->last, "");
    buffer_clear(&answer);
}

static void
test_one_click(void **state)
{
    static const struct {
        const char *path, *type, *body;
        int code;
        const char *says, *asked;
    } rows[] = {
        { KNOWN, FORM_TYPE, ONE_CLICK, 200, "<p>page 1</p>", "unsubscribe known" },
        { KNOWN, PARTS_TYPE,
          "--X\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n"
          "One-Click\r\n--X--\r\n",
          200, "<p>page 1</p>", "unsubscribe known" },
        { "/v1/unsubscribe?token=other", FORM_TYPE, ONE_CLICK, 404, "<p>page 2</p>",
          "unsubscribe other" },
        { "/v1/unsubscribe", FORM_TYPE, ONE_CLICK, 404, "<p>page 2</p>",
          "unsubscribe " },
        { KNOWN, FORM_TYPE, "", 400, "One-Click", "" },
        { KNOWN, FORM_TYPE, "List-Unsubscribe=No", 400, "nobody was unsubscribed", "" },
        { KNOWN, PARTS_TYPE, "One-Click", 400, "nobody was unsubscribed", "" },
        { KNOWN, "", ONE_CLICK, 415, "nobody was unsubscribed", "" },
        { KNOWN, "Content-Type: text/plain\r\n", ONE_CLICK, 415,
          "nobody was unsubscribed", "" },
    };
    struct rig *rig = *state;
    struct buffer answer = { 0 };

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        int code =
            exchange(rig, "POST", rows[i].path, rows[i].type, rows[i].body, &answer);

        if (code != rows[i].code || strstr(answer.data, rows[i].says) == NULL ||
            strcmp(rig->last, rows[i].asked) != 0) {
            fail_msg("row %zu: %d, \"%s\", %s", i, code, rig->last, answer.data);
        }
    }
    buffer_clear(&answer);
}

static void
test_by_a_program(void **state)
{
    static const struct {
        const char *body;
        int code;
    } rows[] = {
        { "{\"token\":\"known\"}", 200 },
        { "{\"token\":\"other\"}", 404 },
        { "{\"token\":5}", 422 },
        { "{}", 422 },
        { "{\"token\":\"known\",\"x\":1}", 422 },
        { "[]", 400 },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        json_t *answer = NULL;

        assert_int_equal(rig_exchange(rig, "POST", "/v1/unsubscribe", JSON_TYPE,
                                      rows[i].body, &answer),
                         rows[i].code);
        if (rows[i].code == 200) {
            assert_string_equal(json_text(answer, "result"), "unsubscribed");
        } else {
            assert_int_equal(json_integer_value(json_object_get(answer, "status")),
                             rows[i].code);
        }
        json_decref(answer);
    }
}

/* What was not kept is not called done. */
static void
test_a_commit_that_fails(void **state)
{
    struct rig *rig = *state;
    struct buffer answer = { 0 };

    rig->commit_status = STATUS_FULL;
    assert_int_equal(exchange(rig, "POST", KNOWN, FORM_TYPE, ONE_CLICK, &answer), 503);
    assert_non_null(strstr(answer.data, "Retry-After"));
    assert_null(strstr(answer.data, "page 1"));
    assert_int_equal(
        exchange(rig, "POST", "/v1/bounces?recipient=b", MAIL_TYPE, "", &answer), 503);
    buffer_clear(&answer);
}

#define STATUS_PART                                                                    \
    "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b\nAction: failed\n"          \
    "Status: 5.1.1\n"

static void
test_mails_that_came_back(void **state)
{
    static const struct {
        const char *path, *type, *body;
        int code;
        const char *asked;
    } rows[] = {
        { "/v1/bounces?recipient=b%2B1-x%40a.se", MAIL_TYPE,
          "Content-Type: multipart/report; boundary=B\n\n--B\n"
          "Content-Type: message/delivery-status\n\n" STATUS_PART "--B--\n",
          200, "bounce b+1-x@a.se kind=1 fates=1" },
        { "/v1/bounces?recipient=b", "Content-Type: message/delivery-status\r\n",
          STATUS_PART, 200, "bounce b kind=1 fates=1" },
        { "/v1/bounces?recipient=b", MAIL_TYPE, "Subject: hello\n\nhello\n", 200,
          "bounce b kind=0 fates=0" },
        { "/v1/bounces?recipient=", MAIL_TYPE, "", 200, "bounce  kind=0 fates=0" },
        { "/v1/bounces", MAIL_TYPE, "", 400, "" },
        { "/v1/bounces?recipient=b", JSON_TYPE, "{}", 415, "" },
        { "/v1/bounces?token=b", MAIL_TYPE, "", 400, "" },
    };
    struct rig *rig = *state;
    struct buffer answer = { 0 };

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        int code =
            exchange(rig, "POST", rows[i].path, rows[i].type, rows[i].body, &answer);

        if (code != rows[i].code || strcmp(rig->last, rows[i].asked) != 0) {
            fail_msg("row %zu: %d, \"%s\", %s", i, code, rig->last, answer.data);
        }
    }
    buffer_clear(&answer);
}

/* Of a mail with a large attachment the beginning is enough. */
static void
test_a_large_mail(void **state)
{
    struct rig *rig = *state;
    struct buffer mail = { 0 }, answer = { 0 };

    buffer_add(&mail, "Content-Type: multipart/report; boundary=B\n\n--B\n"
                      "Content-Type: message/delivery-status\n\n" STATUS_PART "\n--B\n"
                      "Content-Type: message/rfc822\n\n");
    for (int i = 0; i < 100000; i++) {
        buffer_add(&mail, "nine byte\n");
    }
    assert_int_equal(
        exchange(rig, "POST", "/v1/bounces?recipient=b", MAIL_TYPE, mail.data, &answer),
        200);
    assert_string_equal(rig->last, "bounce b kind=1 fates=1");
    buffer_clear(&mail);
    buffer_clear(&answer);
}

#define TEST(function)                                                                 \
    cmocka_unit_test_setup_teardown(function, rig_setup, rig_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_link_that_is_opened_asks_only),
        TEST(test_one_click),
        TEST(test_by_a_program),
        TEST(test_a_commit_that_fails),
        TEST(test_mails_that_came_back),
        TEST(test_a_large_mail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
