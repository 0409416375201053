/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How a file or a request is cut into events: one, a list, one a line; encodings;
 * limits; and what is said of text that is no JSON.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/event_json.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define A "{\"incident\": \"A\"}"
#define B "{\"incident\": \"B\"}"

static void
assert_batch(const char *data, size_t len, enum status status, size_t n_events,
             size_t event, size_t line, const char *field, const char *problem)
{
    struct events events = { 0 };
    struct faults faults = { 0 };

    assert_int_equal(events_parse(data, len, "oms", 0, &events, &faults), status);
    assert_int_equal(events.count, n_events);
    if (status == STATUS_OK) {
        assert_int_equal(faults.count, 0);
    } else {
        assert_true(faults.count > 0);
        if (strstr(faults.items[0].problem, problem) == NULL)
            fail_msg("\"%s\" is not in: %s", problem, faults.items[0].problem);
        assert_string_equal(faults.items[0].field, field);
        assert_int_equal(faults.items[0].event, event);
        assert_int_equal(faults.items[0].line, line);
    }
    events_clear(&events);
    faults_clear(&faults);
}

static const struct {
    const char *text;
    size_t n_events;
} good[] = {
    { A, 1 },
    { " \r\n" A "\r\n\r\n", 1 },
    { "{\n  \"incident\":\n  \"A\"\n}\n", 1 },
    { "{ \"incident\": \"A\", \"places\": [\n{\"name\": \"a\"}\n]}", 1 },
    { "[" A "]", 1 },
    { "\n [ " A " ,\n" B "\n]\n", 2 },
    { "[" A "," A "]", 2 },
    { A "\n" B, 2 },
    { A "\r\n\r\n   \r\n" B "\r\n", 2 },
    { "\xef\xbb\xbf" A "\n" B "\n", 2 },
    { "\xef\xbb\xbf" A, 1 },
    { "[{\"incident\": \"A\", \"x\": \"]},{[\\\"\\\\\"}, " B "]", 2 },
};

static void
test_good_batches(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ARRAY_COUNT(good); i++)
        assert_batch(good[i].text, strlen(good[i].text), STATUS_OK, good[i].n_events, 0,
                     0, "", "");
}

static const struct {
    const char *text;
    enum status status;
    size_t event, line;
    const char *field, *problem;
} bad[] = {
    { "", STATUS_INVALID, 0, 0, "", "there is no event; the text is empty" },
    { " \r\n\n", STATUS_INVALID, 0, 0, "", "the text is empty" },
    { "[ ]", STATUS_INVALID, 0, 0, "", "the list is empty" },
    { "{\"incident\": \"A\"", STATUS_INVALID, 1, 0, "incident", "cut off" },
    { "{\n \"incident\": \"A\",\n \"kin", STATUS_INVALID, 1, 0, "kin", "cut off" },
    { "[" A ", ", STATUS_INVALID, 2, 0, "", "cut off" },
    { "[" A, STATUS_INVALID, 1, 0, "", "cut off" },
    { "[" A ",]", STATUS_INVALID, 2, 0, "", "a comma is too many" },
    { "[," A "]", STATUS_INVALID, 1, 0, "", "a comma is too many" },
    { "[" A "}", STATUS_INVALID, 1, 0, "", "a comma or ] is expected" },
    { "[" A "] x", STATUS_INVALID, 1, 0, "", "more after the end of the list" },
    { "[" A " " B "]", STATUS_INVALID, 1, 0, "", "more after the end of the event" },
    { A "\n{\"incident\": \"B\"", STATUS_INVALID, 2, 2, "incident", "cut off" },
    { A "\n\n{\"incident\" \"B\"}\n", STATUS_INVALID, 2, 3, "incident",
      "column 13: a colon is expected after a field's name; found \"B\"" },
    { "{\"incident\": \"A\"\n" B "\n" A "\n", STATUS_INVALID, 1, 1, "incident",
      "cut off" },
    { A "\n{\"incident\": 5}\n", STATUS_REFUSED, 2, 2, "incident",
      "5 is not a string" },
    { "{\n \"incident\": \"A\",\n \"kind\": power\n}", STATUS_INVALID, 1, 0, "kind",
      "line 3, column 10: is not a value" },
    { "[" A ",\n {\"incident\": 'B'}]", STATUS_INVALID, 2, 0, "incident",
      "line 2, column 15: " },
    { "{\"incident\": \"A\",}", STATUS_INVALID, 1, 0, "",
      "a field's name in double quotes is expected; found }" },
    { "{\"incident\": \"A\n\"}", STATUS_INVALID, 1, 0, "incident",
      "a string is not closed at the end of its line" },
    { "{\"incident\": \"A\tB\"}", STATUS_INVALID, 1, 0, "incident",
      "a control character stands in a string" },
    { "{\"etr\": {\"at\": 1, \"at\": 2}, \"incident\": \"A\"}", STATUS_REFUSED, 1, 0,
      "etr.at", "stands twice in the same object" },
    { "{\"incident\": \"A\", \"x\": 99999999999999999999}", STATUS_REFUSED, 1, 0, "x",
      "does not fit in 64 bits" },
    { "{\"incident\": \"A\", \"x\": 1e999}", STATUS_REFUSED, 1, 0, "x", "too large" },
    { "{\"incident\": \"\\ud800\"}", STATUS_INVALID, 1, 0, "incident",
      "half a character" },
    { "7", STATUS_REFUSED, 1, 0, "", "7 is not an event" },
    { "<alert/>", STATUS_REFUSED, 1, 1, "", "is <alert> of namespace \"\"" },
    { "<alert", STATUS_INVALID, 1, 1, "", "is no well-formed XML" },
    { "kind;status\npower;confirmed\n", STATUS_INVALID, 1, 0, "", "is not a value" },
    { "{\"incident\": \"T\xe4"
      "by\"}",
      STATUS_INVALID, 0, 0, "",
      "line 1, column 16: byte 0xE4 is not UTF-8; the text is cut off or in another "
      "encoding, such as ISO 8859-1" },
    { "{\"incident\": \"\xc3", STATUS_INVALID, 0, 0, "", "cut off" },
    { "\xff\xfe{", STATUS_INVALID, 0, 0, "", "half a UTF-16 character" },
};

static void
test_bad_batches(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ARRAY_COUNT(bad); i++)
        assert_batch(bad[i].text, strlen(bad[i].text), bad[i].status, 0, bad[i].event,
                     bad[i].line, bad[i].field, bad[i].problem);
}

/* A file that is being written is never taken for refused events, at any length. */
static void
test_every_cut_waits(void **state)
{
    static const char *const texts[] = {
        "{\n \"incident\": \"Å\",\n \"places\": [{\"name\": \"b\"}],\n \"note\":"
        " {\"sv\": \"x\"}\n}",
        "[\n" A ",\n" B "\n]",
    };
    size_t i, len;

    (void)state;
    for (i = 0; i < ARRAY_COUNT(texts); i++) {
        for (len = 0; len < strlen(texts[i]); len++) {
            struct events events = { 0 };
            struct faults faults = { 0 };

            assert_int_equal(events_parse(texts[i], len, "oms", 0, &events, &faults),
                             STATUS_INVALID);
            faults_clear(&faults);
        }
    }
}

/* One bad event refuses all, and a cut one outweighs a refused one. */
static void
test_a_batch_is_taken_whole(void **state)
{
    static const char text[] = A "\n{\"incident\": 5}\n" B "\n{\"incid";
    struct events events = { 0 };
    struct faults faults = { 0 };

    (void)state;
    assert_int_equal(events_parse(text, strlen(text), "oms", 0, &events, &faults),
                     STATUS_INVALID);
    assert_int_equal(events.count, 0);
    assert_int_equal(faults.count, 2);
    assert_int_equal(faults.items[0].event, 2);
    assert_int_equal(faults.items[1].event, 4);
    assert_int_equal(faults.items[1].line, 4);
    faults_clear(&faults);
}

static void
add_utf16(struct buffer *out, const char *ascii, bool big_endian)
{
    for (; *ascii != '\0'; ascii++) {
        char zero = '\0';

        buffer_append(out, big_endian ? &zero : ascii, 1);
        buffer_append(out, big_endian ? ascii : &zero, 1);
    }
}

static void
test_utf16(void **state)
{
    struct buffer text = { 0 };

    (void)state;
    buffer_append(&text, "\xff\xfe", 2);
    add_utf16(&text, "{\"incident\": \"A", false);
    buffer_append(&text, "\xe5\x00\x3d\xd8\x00\xde", 6); /* å and U+1F600 */
    add_utf16(&text, "\"}\r\n" B "\r\n", false);
    assert_batch(text.data, text.len, STATUS_OK, 2, 0, 0, "", "");
    assert_true(events_look_like_lines(text.data, text.len));
    assert_batch(text.data, text.len - 1, STATUS_INVALID, 0, 0, 0, "", "cut off");

    buffer_reset(&text);
    buffer_append(&text, "\xfe\xff", 2);
    add_utf16(&text, "[" A "]", true);
    assert_batch(text.data, text.len, STATUS_OK, 1, 0, 0, "", "");
    buffer_append(&text, "\xdc\x00", 2); /* the second half of nothing */
    assert_batch(text.data, text.len, STATUS_INVALID, 0, 0, 0, "", "UTF-16");
    buffer_clear(&text);
}

/* "{"incident":"A","x":" padding "}" of that many bytes in all. */
static void
add_event_of(struct buffer *out, size_t bytes)
{
    static const char head[] = "{\"incident\":\"A\",\"x\":\"";
    size_t i;

    buffer_add(out, head);
    for (i = strlen(head) + 2; i < bytes; i++)
        buffer_add_char(out, 'x');
    buffer_add(out, "\"}");
}

static void
test_size_of_an_event(void **state)
{
    struct buffer text = { 0 };

    (void)state;
    add_event_of(&text, EVENT_MAX_BYTES);
    buffer_add(&text, "\r\n");
    add_event_of(&text, EVENT_MAX_BYTES);
    buffer_add(&text, "\r\n");
    assert_batch(text.data, text.len, STATUS_OK, 2, 0, 0, "", "");
    add_event_of(&text, EVENT_MAX_BYTES + 1);
    assert_batch(text.data, text.len, STATUS_LIMIT, 0, 3, 3, "",
                 "the event has 262145 bytes; at most 262144 (256 KiB) are allowed");
    buffer_clear(&text);
}

/* An event of that many levels, itself the first. */
static void
add_deep_event(struct buffer *out, size_t levels)
{
    size_t i;

    buffer_add(out, "{\"incident\": \"A\", \"x\": ");
    for (i = 1; i < levels; i++)
        buffer_add_char(out, '[');
    for (i = 1; i < levels; i++)
        buffer_add_char(out, ']');
    buffer_add_char(out, '}');
}

static void
test_depth_of_an_event(void **state)
{
    struct buffer text = { 0 };

    (void)state;
    buffer_add_char(&text, '[');
    add_deep_event(&text, EVENT_MAX_DEPTH);
    buffer_add_char(&text, ']');
    assert_batch(text.data, text.len, STATUS_OK, 1, 0, 0, "", "");
    buffer_reset(&text);
    add_deep_event(&text, EVENT_MAX_DEPTH + 1);
    assert_batch(text.data, text.len, STATUS_LIMIT, 0, 1, 0, "",
                 "nested 17 levels deep; at most 16 are allowed");
    buffer_reset(&text);
    add_deep_event(&text, 100000);
    assert_batch(text.data, text.len, STATUS_LIMIT, 0, 1, 0, "", "levels deep");
    buffer_clear(&text);
}

static void
test_what_looks_like_lines(void **state)
{
    static const struct {
        const char *text;
        bool lines;
    } cases[] = {
        { "", false },
        { A, false },
        { A "\n", false },
        { A "\n\n" B, true },
        { A "\n{\"inci", true },
        { "{\"inci\n" A "\n", true },
        { "[" A ",\n" B "]", false },
        { "{\n\"incident\": \"A\"\n}", false },
        { "{\"places\": [\n{\"name\"", false },
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAY_COUNT(cases); i++)
        assert_int_equal(events_look_like_lines(cases[i].text, strlen(cases[i].text)),
                         cases[i].lines);
}

static void
test_faults_beyond_the_first_hundred_are_counted(void **state)
{
    struct buffer text = { 0 };
    struct events events = { 0 };
    struct faults faults = { 0 };
    int i;

    (void)state;
    for (i = 0; i < 150; i++)
        buffer_add(&text, "{\"incident\": 1}\n");
    assert_int_equal(events_parse(text.data, text.len, "oms", 0, &events, &faults),
                     STATUS_REFUSED);
    assert_int_equal(faults.count, FAULTS_MAX);
    assert_int_equal(faults.dropped, 50);
    faults_clear(&faults);
    /* And at some point it is enough. */
    for (i = 0; i < 2000; i++)
        buffer_add(&text, "{\"incident\": 1}\n");
    assert_int_equal(events_parse(text.data, text.len, "oms", 0, &events, &faults),
                     STATUS_REFUSED);
    assert_int_equal(faults.count + faults.dropped, EVENT_BATCH_MAX_FAULTS);
    faults_clear(&faults);
    buffer_clear(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_batches),
        cmocka_unit_test(test_bad_batches),
        cmocka_unit_test(test_every_cut_waits),
        cmocka_unit_test(test_a_batch_is_taken_whole),
        cmocka_unit_test(test_utf16),
        cmocka_unit_test(test_size_of_an_event),
        cmocka_unit_test(test_depth_of_an_event),
        cmocka_unit_test(test_what_looks_like_lines),
        cmocka_unit_test(test_faults_beyond_the_first_hundred_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
