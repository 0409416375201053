/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Requests and replies arrive as they were sent, and bytes that are no frame are said
 * not to be, whatever they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/wire.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void
fill_request(struct request *request)
{
    request->id = UINT64_C(0xF123456789ABCDEF);
    request->sender = SENDER_SMTP;
    request->timeout_ms = -30000;
    request->allow_private = true;
    request->recent_connection = true;
    request->proxy = string_copy("http://proxy:3128");
    request->ca_file = string_copy("/etc/ca.pem");
    request->ca_pem = string_copy("-----BEGIN CERTIFICATE-----");
    request->method = string_copy("POST");
    request->url = string_copy("https://bus.example/hooks/å");
    strings_add(&request->headers, "webhook-id: m_1");
    strings_add(&request->headers, "");
    buffer_append(&request->body, "a\0b\r\n", 5);
    request->mail_from = string_copy("drift@example.se");
    request->rcpt_to = string_copy("a@example.se");
    request->tls = string_copy("required");
    request->username = string_copy("");
    request->password = string_copy("hemligt");
    request->directory = string_copy("/srv/page");
    request->n_files = 2;
    request->files = memory_array(2, sizeof(struct request_file));
    request->files[0].name = string_copy("incident/1.html");
    buffer_append(&request->files[0].content, "<\0>", 3);
    request->files[1].name = string_copy("empty");
    request->mqtt_action = MQTT_END;
    request->mqtt_5 = true;
    request->channel = string_copy("grid");
    request->client_id = string_copy("budkavle5f3a");
    request->topic = string_copy("budkavle/incidents/i_1");
    request->status_topic = string_copy("budkavle/status");
    strings_add(&request->arguments, "/usr/local/lib/siren");
    strings_add(&request->arguments, "");
    strings_add(&request->environment, "BUDKAVLE_ATTEMPT=2");
    request->allow_unix_sockets = true;
}

static void
assert_buffer(const struct buffer *buffer, const char *data, size_t len)
{
    assert_int_equal(buffer->len, len);
    if (len > 0)
        assert_memory_equal(buffer->data, data, len);
}

static void
test_request_arrives(void **state)
{
    struct buffer frame = { 0 };
    struct request request = { 0 };
    struct request back = { 0 };

    (void)state;
    fill_request(&request);
    assert_true(wire_put_request(&frame, &request));
    assert_int_equal(wire_frame_size(frame.data, frame.len), frame.len);
    assert_int_equal(wire_get_request(frame.data, frame.len, &back, NULL), STATUS_OK);
    assert_true(back.id == request.id);
    assert_int_equal(back.sender, SENDER_SMTP);
    assert_int_equal(back.timeout_ms, -30000);
    assert_true(back.allow_private);
    assert_false(back.allow_http);
    assert_true(back.recent_connection);
    assert_string_equal(back.proxy, request.proxy);
    assert_string_equal(back.ca_file, request.ca_file);
    assert_string_equal(back.ca_pem, request.ca_pem);
    assert_string_equal(back.method, "POST");
    assert_string_equal(back.url, request.url);
    assert_true(strings_equal(&back.headers, &request.headers));
    assert_buffer(&back.body, "a\0b\r\n", 5);
    assert_string_equal(back.mail_from, request.mail_from);
    assert_string_equal(back.rcpt_to, request.rcpt_to);
    assert_string_equal(back.tls, "required");
    assert_string_equal(back.username, "");
    assert_string_equal(back.password, "hemligt");
    assert_string_equal(back.directory, "/srv/page");
    assert_int_equal(back.n_files, 2);
    assert_string_equal(back.files[0].name, "incident/1.html");
    assert_buffer(&back.files[0].content, "<\0>", 3);
    assert_string_equal(back.files[1].name, "empty");
    assert_buffer(&back.files[1].content, "", 0);
    assert_int_equal(back.mqtt_action, MQTT_END);
    assert_true(back.mqtt_5);
    assert_string_equal(back.channel, "grid");
    assert_string_equal(back.client_id, "budkavle5f3a");
    assert_string_equal(back.topic, "budkavle/incidents/i_1");
    assert_string_equal(back.status_topic, "budkavle/status");
    assert_true(strings_equal(&back.arguments, &request.arguments));
    assert_true(strings_equal(&back.environment, &request.environment));
    assert_true(back.allow_unix_sockets);
    buffer_clear(&frame);
    request_clear(&request);
    request_clear(&back);
}

static void
test_absent_stays_absent(void **state)
{
    struct buffer frame = { 0 };
    struct request request = { 0 };
    struct request back = { 0 };

    (void)state;
    assert_true(wire_put_request(&frame, &request));
    assert_int_equal(wire_get_request(frame.data, frame.len, &back, NULL), STATUS_OK);
    assert_null(back.url);
    assert_null(back.password);
    assert_int_equal(back.headers.count, 0);
    assert_int_equal(back.n_files, 0);
    assert_int_equal(back.body.len, 0);
    buffer_clear(&frame);
    request_clear(&back);
}

static void
fill_reply(struct reply *reply)
{
    reply->id = 5;
    reply->result = REPLY_CERTIFICATE;
    reply->code = 503;
    strings_add(&reply->headers, "retry-after: 5");
    buffer_append(&reply->body, "\xff\0", 2);
    reply->detail = string_copy("certificate is for other.example");
    reply->duration_ms = 1234;
}

static void
test_reply_arrives(void **state)
{
    struct buffer frames = { 0 };
    struct reply reply = { 0 };
    struct reply back = { 0 };
    size_t first;

    (void)state;
    fill_reply(&reply);
    assert_true(wire_put_reply(&frames, &reply));
    first = frames.len;
    assert_true(wire_put_reply(&frames, &reply)); /* one after the other */
    assert_int_equal(wire_frame_size(frames.data, frames.len), first);
    assert_int_equal(
        wire_get_reply(frames.data + first, frames.len - first, &back, NULL),
        STATUS_OK);
    assert_true(back.id == 5);
    assert_int_equal(back.result, REPLY_CERTIFICATE);
    assert_int_equal(back.code, 503);
    assert_string_equal(reply_header(&back, "Retry-After"), "5");
    assert_buffer(&back.body, "\xff\0", 2);
    assert_string_equal(back.detail, reply.detail);
    assert_int_equal(back.duration_ms, 1234);
    buffer_clear(&frames);
    reply_clear(&reply);
    reply_clear(&back);
}

static void
test_frame_size(void **state)
{
    (void)state;
    assert_int_equal(wire_frame_size("", 0), 0);
    assert_int_equal(wire_frame_size("\1\0\0", 3), 0);
    assert_int_equal(wire_frame_size("\1\0\0\0", 4), 5);
    assert_true(wire_frame_size("\xff\xff\xff\xff", 4) == SIZE_MAX);
    assert_true(wire_frame_size("\xfc\xff\xff\x03", 4) == WIRE_MAX_FRAME);
    assert_true(wire_frame_size("\xfd\xff\xff\x03", 4) == SIZE_MAX);
}

static void
assert_no_request(const char *frame, size_t len)
{
    struct request back = { 0 };
    struct error error = { "" };

    assert_int_equal(wire_get_request(frame, len, &back, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "frame: "));
    assert_null(back.url);
    assert_int_equal(back.n_files, 0);
}

/* A copy of exactly these bytes, so that the sanitizer sees a read behind them. */
static void
assert_no_request_exact(const char *frame, size_t len)
{
    char *exact = malloc(len == 0 ? 1 : len);

    assert_non_null(exact);
    memcpy(exact, frame, len);
    assert_no_request(exact, len);
    free(exact);
}

static void
test_no_part_of_a_frame_is_one(void **state)
{
    struct buffer frame = { 0 };
    struct request request = { 0 };
    size_t len;

    (void)state;
    fill_request(&request);
    assert_true(wire_put_request(&frame, &request));
    for (len = 0; len < frame.len; len++) {
        assert_no_request_exact(frame.data, len);
        /* The same with a length that fits, so that the fields are looked at: only
         * whole fields may pass, and those with all that must be there. */
        if (len >= WIRE_HEADER_BYTES) {
            struct request back = { 0 };
            char *exact = memory_copy(frame.data, len);
            uint32_t rest = (uint32_t)(len - WIRE_HEADER_BYTES);

            exact[0] = (char)(rest & 0xFF);
            exact[1] = (char)(rest >> 8 & 0xFF);
            exact[2] = exact[3] = 0;
            if (wire_get_request(exact, len, &back, NULL) == STATUS_OK)
                assert_true(back.id == request.id && back.recent_connection);
            request_clear(&back);
            free(exact);
        }
    }
    buffer_clear(&frame);
    request_clear(&request);
}

/* A whole frame of a request, then one more field, with the length mended. */
static void
assert_field_refused(const void *field, size_t len)
{
    struct buffer frame = { 0 };
    struct request request = { 0 };

    assert_true(wire_put_request(&frame, &request));
    buffer_append(&frame, field, len);
    frame.data[0] = (char)(frame.len - WIRE_HEADER_BYTES);
    assert_no_request_exact(frame.data, frame.len);
    buffer_clear(&frame);
}

static void
test_fields_that_are_none(void **state)
{
    (void)state;
    assert_field_refused("\xc8\0\0\0\0", 5);                  /* unknown tag */
    assert_field_refused("\0\0\0\0\0", 5);                    /* tag 0 */
    assert_field_refused("\1\x08\0\0\0\1\1\1\1\1\1\1\1", 13); /* id again */
    assert_field_refused("\7\3\0\0\0a\0b", 8);                /* NUL in a string */
    assert_field_refused("\7\4\0\0\0abc", 8);                 /* longer than is */
    assert_field_refused("\7\xff\xff\xff\xff", 5);            /* far longer */
    assert_field_refused("\x13\3\0\0\0abc", 8);               /* file, no name's end */
    assert_field_refused("\x13\2\0\0\0\0a", 7);               /* file without name */
    assert_field_refused("\x13\0\0\0\0", 5);                  /* file of nothing */
    assert_field_refused("\x41\x08\0\0\0\1\1\1\1\1\1\1\1", 13); /* a reply's field */
}

/* Overwrites one byte of a number or truth value in an otherwise good frame. */
static void
test_values_out_of_range(void **state)
{
    struct buffer frame = { 0 };
    struct request request = { 0 };
    const size_t sender_at = WIRE_HEADER_BYTES + 13 + 5;
    const size_t allow_at = WIRE_HEADER_BYTES + 3 * 13 + 5;

    (void)state;
    assert_true(wire_put_request(&frame, &request));
    frame.data[sender_at] = SENDER_KIND_COUNT;
    assert_no_request_exact(frame.data, frame.len);
    frame.data[sender_at] = 0;
    frame.data[sender_at + 7] = 1;
    assert_no_request_exact(frame.data, frame.len);
    frame.data[sender_at + 7] = 0;
    frame.data[allow_at] = 2;
    assert_no_request_exact(frame.data, frame.len);
    buffer_clear(&frame);
}

static void
test_a_reply_is_no_request(void **state)
{
    struct buffer frame = { 0 };
    struct reply reply = { 0 };
    struct request request = { 0 };
    struct error error = { "" };

    (void)state;
    assert_true(wire_put_reply(&frame, &reply));
    assert_no_request_exact(frame.data, frame.len);
    buffer_reset(&frame);
    assert_true(wire_put_request(&frame, &request));
    assert_int_equal(wire_get_reply(frame.data, frame.len, &reply, &error),
                     STATUS_INVALID);
    buffer_clear(&frame);
}

static void
test_body_of_a_reply_is_limited(void **state)
{
    struct buffer frame = { 0 };
    struct reply reply = { 0 };
    struct reply back = { 0 };
    char *body = memory_alloc(REPLY_MAX_BODY + 1);

    (void)state;
    buffer_append(&reply.body, body, REPLY_MAX_BODY);
    assert_true(wire_put_reply(&frame, &reply));
    assert_int_equal(wire_get_reply(frame.data, frame.len, &back, NULL), STATUS_OK);
    reply_clear(&back);
    buffer_append(&reply.body, body, 1);
    buffer_reset(&frame);
    assert_true(wire_put_reply(&frame, &reply));
    assert_int_equal(wire_get_reply(frame.data, frame.len, &back, NULL),
                     STATUS_INVALID);
    free(body);
    buffer_clear(&frame);
    reply_clear(&reply);
}

static void
test_too_long_a_frame_is_not_put(void **state)
{
    struct buffer frame = { 0 };
    struct request request = { 0 };
    char *body = memory_alloc(WIRE_MAX_FRAME);

    (void)state;
    buffer_append(&request.body, body, WIRE_MAX_FRAME);
    buffer_add(&frame, "before");
    assert_false(wire_put_request(&frame, &request));
    assert_string_equal(frame.data, "before");
    assert_int_equal(frame.len, 6);
    free(body);
    buffer_clear(&frame);
    request_clear(&request);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request_arrives),
        cmocka_unit_test(test_absent_stays_absent),
        cmocka_unit_test(test_reply_arrives),
        cmocka_unit_test(test_frame_size),
        cmocka_unit_test(test_no_part_of_a_frame_is_one),
        cmocka_unit_test(test_fields_that_are_none),
        cmocka_unit_test(test_values_out_of_range),
        cmocka_unit_test(test_a_reply_is_no_request),
        cmocka_unit_test(test_body_of_a_reply_is_limited),
        cmocka_unit_test(test_too_long_a_frame_is_not_put),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
