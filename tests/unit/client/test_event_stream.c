/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Server-sent events however the stream is cut into pieces.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/event_stream.h"

#include <string.h>

static const struct {
    const char *stream;
    const char *seen; /* "name=data;" of every event */
} cases[] = {
    { "", "" },
    { "data: a\n\n", "message=a;" },
    { "event: incident\ndata: {\"a\":1}\n\n", "incident={\"a\":1};" },
    { "data:a\r\n\r\ndata:b\r\rdata:c\n\n", "message=a;message=b;message=c;" },
    { "data: a\ndata:  b\ndata\n\n", "message=a\n b\n;" },
    { ": alive\n\n: alive\n\n", "" },
    { "event: lost\n\ndata: a\n\n", "message=a;" },
    { "id: 7\nretry: 10\nother: x\ndatax: y\ndata: a\n\n", "message=a;" },
    { "event: a\nevent: b\ndata: 1\n\n", "b=1;" },
    { "data: unfinished\n", "" },
    { "\xef\xbb\xbf"
      "data: a\n\n",
      "message=a;" },
    { "data\n\n", "message=;" },
    { "data: å: b\n\n\n\n", "message=å: b;" },
};

static int
on_event(void *context, const char *name, const char *data)
{
    struct bytes *seen = context;

    assert_true(bytes_add(seen, name, strlen(name)));
    assert_true(bytes_add(seen, "=", 1));
    assert_true(bytes_add(seen, data, strlen(data)));
    assert_true(bytes_add(seen, ";", 1));
    return 1;
}

static void
test_streams_in_pieces(void **state)
{
    size_t i, piece;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t len = strlen(cases[i].stream);

        for (piece = 1; piece <= len + 1; piece++) {
            struct bytes seen = { 0 };
            struct event_stream stream = { .each = on_event, .context = &seen };
            size_t at;

            for (at = 0; at < len; at += piece)
                assert_true(event_stream_feed(&stream, cases[i].stream + at,
                                              len - at < piece ? len - at : piece));
            assert_string_equal(bytes_text(&seen), cases[i].seen);
            event_stream_clear(&stream);
            bytes_clear(&seen);
        }
    }
}

static int
on_event_once(void *context, const char *name, const char *data)
{
    int *n = context;

    (void)name;
    (void)data;
    (*n)++;
    return 0;
}

static void
test_stop(void **state)
{
    int n = 0;
    struct event_stream stream = { .each = on_event_once, .context = &n };
    static const char text[] = "data: a\n\ndata: b\n\n";

    (void)state;
    assert_false(event_stream_feed(&stream, text, strlen(text)));
    assert_false(event_stream_feed(&stream, text, strlen(text)));
    assert_int_equal(n, 1);
    event_stream_clear(&stream);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streams_in_pieces),
        cmocka_unit_test(test_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
