/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Header lines, dates, quoted-printable and addresses: what mail programs and relays
 * get to see, and that no text breaks out of where it stands.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "channel/address.h"
#include "channel/mime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
assert_header(const char *text, const char *wanted)
{
    struct buffer out = { 0 };
    mime_header_text(&out, "Subject", text);
    assert_string_equal(wanted, out.data);
    buffer_clear(&out);
}

static void
test_plain_text_stays_plain(void **state)
{
    (void)state;
    assert_header("Power cut in Ekeby", "Subject: Power cut in Ekeby\r\n");
    assert_header("a (b) [c] <d@e> \"f\"", "Subject: a (b) [c] <d@e> \"f\"\r\n");
    assert_header("", "Subject:\r\n");
}

static void
test_other_letters_are_encoded(void **state)
{
    (void)state;
    assert_header("Strömavbrott", "Subject: =?UTF-8?Q?Str=C3=B6mavbrott?=\r\n");
    assert_header("Åre [1]", "Subject: =?UTF-8?Q?=C3=85re_=5B1=5D?=\r\n");
    /* What looks like an encoded word must not be read as one. */
    assert_header("=?UTF-8?Q?x?=",
                  "Subject: =?UTF-8?Q?=3D=3FUTF-8=3FQ=3Fx=3F=3D?=\r\n");
}

static void
test_nothing_breaks_out_of_its_line(void **state)
{
    (void)state;
    assert_header("a\r\nBcc: x@example.se",
                  "Subject: =?UTF-8?Q?a__Bcc=3A_x=40example=2Ese?=\r\n");
    assert_header("a\nb", "Subject: a b\r\n");
    assert_header("bell\a", "Subject: =?UTF-8?Q?bell_?=\r\n");
    assert_header("broken \xff byte", "Subject: broken ? byte\r\n");
}

/* Undoes folding and the Q encoding as a mail program does. Caller frees. */
static char *
decode(const char *line)
{
    struct buffer out = { 0 };
    const char *c = strchr(line, ':') + 1;
    while ((c = strstr(c, "=?UTF-8?Q?")) != NULL) {
        for (c += 10; strncmp(c, "?=", 2) != 0; c++) {
            if (*c == '=') {
                char hex[3] = { c[1], c[2], '\0' };
                buffer_add_char(&out, (char)strtol(hex, NULL, 16));
                c += 2;
            } else {
                buffer_add_char(&out, *c == '_' ? ' ' : *c);
            }
        }
    }
    return buffer_take(&out);
}

static void
assert_lines_at_most(const char *text, size_t max_bytes)
{
    while (*text != '\0') {
        const char *end = strstr(text, "\r\n");
        assert_non_null(end);
        assert_true((size_t)(end - text) <= max_bytes);
        text = end + 2;
    }
}

/* Every encoded word is whole UTF-8 of its own (RFC 2047, 5). */
static void
assert_words_are_whole(const char *header)
{
    const char *c = header;
    while ((c = strstr(c, "=?UTF-8?Q?")) != NULL) {
        const char *end = strstr(c + 10, "?=");
        char *word = string_format(": %.*s?=", (int)(end - c), c);
        char *text = decode(word);
        assert_true(strlen(word) - 2 <= 75);
        assert_true(utf8_is_valid(text, strlen(text)));
        free(word);
        free(text);
        c = end;
    }
}

static void
test_long_texts_are_folded_and_come_back(void **state)
{
    (void)state;
    for (size_t n = 1; n < 200; n++) {
        struct buffer text = { 0 }, out = { 0 };
        for (size_t i = 0; i < n; i++)
            buffer_add(&text, i % 7 == 3 ? "😀" : i % 5 == 4 ? " " : "ö");
        buffer_add(&text, "x");
        mime_header_text(&out, "Subject", text.data);
        assert_lines_at_most(out.data, 76);
        assert_words_are_whole(out.data);
        char *back = decode(out.data);
        assert_string_equal(text.data, back);
        free(back);
        buffer_clear(&text);
        buffer_clear(&out);
    }
}

static void
test_ascii_is_folded_at_spaces(void **state)
{
    struct buffer out = { 0 };
    (void)state;
    mime_header_text(&out, "Subject",
                     "one two three four five six seven eight nine ten eleven twelve "
                     "thirteen fourteen fifteen");
    assert_string_equal(
        "Subject: one two three four five six seven eight nine ten eleven twelve\r\n"
        " thirteen fourteen fifteen\r\n",
        out.data);
    buffer_clear(&out);
}

static void
test_a_word_without_end_is_split(void **state)
{
    struct buffer text = { 0 }, out = { 0 };
    (void)state;
    for (int i = 0; i < 2000; i++)
        buffer_add_char(&text, 'a');
    mime_header_text(&out, "Subject", text.data);
    assert_lines_at_most(out.data, 76);
    buffer_clear(&text);
    buffer_clear(&out);
}

static void
test_mailboxes(void **state)
{
    static const struct {
        const char *display, *wanted;
    } rows[] = {
        { NULL, "From: <drift@example.se>\r\n" },
        { "Ekeby Energi", "From: Ekeby Energi <drift@example.se>\r\n" },
        { "Ekeby Energi, drift",
          "From: \"Ekeby Energi, drift\" <drift@example.se>\r\n" },
        { "The \"best\" \\ grid",
          "From: \"The \\\"best\\\" \\\\ grid\" <drift@example.se>\r\n" },
        { "Täby Nät", "From: =?UTF-8?Q?T=C3=A4by_N=C3=A4t?= <drift@example.se>\r\n" },
        { "x\r\nBcc: y@example.se",
          "From: =?UTF-8?Q?x__Bcc=3A_y=40example=2Ese?= <drift@example.se>\r\n" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct buffer out = { 0 };
        mime_header_mailbox(&out, "From", rows[i].display, "drift@example.se");
        assert_string_equal(rows[i].wanted, out.data);
        buffer_clear(&out);
    }
}

static void
test_dates(void **state)
{
    char out[MIME_DATE_SIZE];
    int64_t time_ms = 0;
    (void)state;
    assert_true(timestamp_parse("2026-11-23T13:05:01.999Z", &time_ms));
    assert_string_equal("Mon, 23 Nov 2026 13:05:01 +0000", mime_date(time_ms, out));
    assert_true(timestamp_parse("2028-02-29T00:00:00+01:00", &time_ms));
    assert_string_equal("Mon, 28 Feb 2028 23:00:00 +0000", mime_date(time_ms, out));
}

static void
assert_quoted(const char *text, const char *wanted)
{
    struct buffer out = { 0 };
    buffer_add(&out, "");
    mime_quoted_printable(&out, text);
    assert_string_equal(wanted, out.data == NULL ? "" : out.data);
    buffer_clear(&out);
}

static void
test_quoted_printable(void **state)
{
    (void)state;
    assert_quoted("", "");
    assert_quoted("plain", "plain\r\n");
    assert_quoted("ett\ntvå\n", "ett\r\ntv=C3=A5\r\n");
    assert_quoted("ett\r\ntv\n\nx", "ett\r\ntv\r\n\r\nx\r\n");
    assert_quoted("a=b", "a=3Db\r\n");
    assert_quoted("end \nend\t\nend ", "end=20\r\nend=09\r\nend=20\r\n");
    assert_quoted(".\nFrom me\nthe. From", "=2E\r\n=46rom me\r\nthe. From\r\n");
    assert_quoted("bare\rreturn", "bare=0Dreturn\r\n");
}

/* Undoes quoted-printable; caller frees. */
static char *
unquote(const char *text)
{
    struct buffer out = { 0 };
    buffer_add(&out, "");
    for (; *text != '\0'; text++) {
        if (strncmp(text, "=\r\n", 3) == 0) {
            text += 2;
        } else if (*text == '=') {
            char hex[3] = { text[1], text[2], '\0' };
            buffer_add_char(&out, (char)strtol(hex, NULL, 16));
            text += 2;
        } else if (*text != '\r') {
            buffer_add_char(&out, *text);
        }
    }
    return buffer_take(&out);
}

static void
test_long_lines_are_broken_and_come_back(void **state)
{
    (void)state;
    for (int n = 70; n < 160; n++) {
        struct buffer text = { 0 }, out = { 0 };
        for (int i = 0; i < n; i++)
            buffer_add(&text, i % 9 == 0 ? "ö" : i % 4 == 0 ? " " : ".");
        buffer_add(&text, "\n");
        mime_quoted_printable(&out, text.data);
        assert_lines_at_most(out.data, 76);
        assert_true(strstr(out.data, "\r\n.") == NULL);
        assert_true(strstr(out.data, " \r\n") == NULL);
        char *back = unquote(out.data);
        assert_string_equal(text.data, back);
        free(back);
        buffer_clear(&text);
        buffer_clear(&out);
    }
}

static void
test_a_text_cannot_end_its_part(void **state)
{
    struct buffer out = { 0 };
    (void)state;
    mime_part(&out, "=_bound", "text/plain", "a\n--=_bound--\nb");
    assert_string_equal("--=_bound\r\nContent-Type: text/plain; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                        "a\r\n--=3D_bound--\r\nb\r\n\r\n",
                        out.data);
    buffer_clear(&out);
}

static void
test_addresses(void **state)
{
    static const char *const good[] = {
        "a@b",
        "drift@example.se",
        "first.last+tag@mail.example.se",
        "o'neill@example.se",
        "x@xn--tby-qla.example",
    };
    static const struct {
        const char *address, *says;
    } bad[] = {
        { "", "name@host" },
        { "drift", "name@host" },
        { "@example.se", "name@host" },
        { "drift@", "name@host" },
        { "a@example.se\r\nRCPT TO:<b@example.se>", "control character" },
        { "a\x7f@example.se", "control character" },
        { "åsa@example.se", "outside ASCII before the \"@\"" },
        { "asa@täby.se", "xn-- form" },
        { "Asa <asa@example.se>", "display name" },
        { "<asa@example.se>", "not allowed" },
        { "a b@example.se", "not allowed" },
        { "a..b@example.se", "not allowed" },
        { ".a@example.se", "not allowed" },
        { "a@example..se", "host name" },
        { "a@-example.se", "host name" },
        { "a@example.se ", "host name" },
        { "a@example.se,b@example.se", "not allowed" },
        { "1234567890123456789012345678901234567890123456789012345678901234x@example.se",
          "too long" },
    };
    struct error error = { { 0 } };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        if (address_check(good[i], &error) != STATUS_OK)
            fail_msg("%s", error.text);
    }
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        assert_int_equal(STATUS_INVALID, address_check(bad[i].address, &error));
        if (strstr(error.text, bad[i].says) == NULL)
            fail_msg("\"%s\": %s", bad[i].address, error.text);
        assert_false(utf8_has_control(error.text, strlen(error.text), ""));
    }
    assert_string_equal("example.se", address_domain("drift@example.se"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_text_stays_plain),
        cmocka_unit_test(test_other_letters_are_encoded),
        cmocka_unit_test(test_nothing_breaks_out_of_its_line),
        cmocka_unit_test(test_long_texts_are_folded_and_come_back),
        cmocka_unit_test(test_ascii_is_folded_at_spaces),
        cmocka_unit_test(test_a_word_without_end_is_split),
        cmocka_unit_test(test_mailboxes),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_quoted_printable),
        cmocka_unit_test(test_long_lines_are_broken_and_come_back),
        cmocka_unit_test(test_a_text_cannot_end_its_part),
        cmocka_unit_test(test_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
