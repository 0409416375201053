/* SPDX-License-Identifier: EUPL-1.2 */
/* Listeners of /v1/stream: what they hear, and when they are cut off. */
#include "client.h"

static void
listen_to(struct rig *rig, struct client *client)
{
    int64_t start_ms = clock_mono_ms();

    client_open(rig, client);
    client_ask(client, "GET", "/v1/stream", "", NULL);
    while (client->in.len == 0 || strstr(client->in.data, "listening") == NULL) {
        client_step(client, true);
        assert_true(clock_mono_ms() - start_ms < RIG_PATIENCE_MS);
    }
}

static void
wait_for(struct client *client, const char *text)
{
    int64_t start_ms = clock_mono_ms();

    while (strstr(client->in.data, text) == NULL) {
        client_step(client, true);
        if (clock_mono_ms() - start_ms > RIG_PATIENCE_MS) {
            fail_msg("\"%s\" was not heard in: %s", text, client->in.data);
        }
    }
}

static void
test_a_listener_hears_what_is_published(void **state)
{
    struct rig *rig = *state;
    struct client client;

    listen_to(rig, &client);
    assert_int_equal(client_code(&client), 200);
    assert_non_null(strstr(client.in.data, "Content-Type: text/event-stream\r\n"));
    api_publish(rig->api, "message", json_pack("{s:s}", "channel", "mail\nsecond"));
    wait_for(&client, "event: message\ndata: {\"channel\":\"mail\\nsecond\"}\n\n");
    api_publish(rig->api, "delivery", json_pack("{s:i}", "delivery", 5));
    wait_for(&client, "event: delivery\ndata: {\"delivery\":5}\n\n");
    client_close(&client);
}

static void
test_publishing_to_nobody_is_harmless(void **state)
{
    struct rig *rig = *state;

    api_publish(rig->api, "event", json_object());
}

static void
test_comments_come_while_somebody_listens(void **state)
{
    int64_t before_ms = stream_comment_ms;
    struct client client;

    stream_comment_ms = 20;
    listen_to(*state, &client);
    wait_for(&client, "\r\n:\n\n");
    buffer_reset(&client.in);
    buffer_add(&client.in, "");
    wait_for(&client, ":\n\n");
    client_close(&client);
    stream_comment_ms = before_ms;
}

static void
test_who_leaves_hears_no_more_and_the_others_do(void **state)
{
    struct rig *rig = *state;
    struct client leaves, stays;

    listen_to(rig, &leaves);
    listen_to(rig, &stays);
    client_close(&leaves);
    for (int i = 0; i < 10; i++) {
        api_publish(rig->api, "event", json_pack("{s:i}", "n", i));
        client_step(&stays, true);
    }
    wait_for(&stays, "{\"n\":9}");
    client_close(&stays);
}

static void
test_who_does_not_read_is_cut_off(void **state)
{
    static char text[64 * 1024];
    struct rig *rig = *state;
    struct client sleeps, reads;
    size_t published = 0;

    memset(text, 'x', sizeof(text) - 1);
    listen_to(rig, &sleeps);
    listen_to(rig, &reads);
    for (int i = 0; i < 100; i++) {
        api_publish(rig->api, "event", json_pack("{s:s}", "text", text));
        published += sizeof(text);
        client_step(&reads, true);
    }
    api_publish(rig->api, "event", json_pack("{s:s}", "text", "the last"));
    wait_for(&reads, "the last");
    assert_true(reads.in.len > published);
    client_wait_end(&sleeps);
    assert_true(sleeps.in.len < published / 2);
    client_close(&sleeps);
    client_close(&reads);
}

static void
test_who_talks_instead_of_listening_is_cut_off(void **state)
{
    struct client client;

    listen_to(*state, &client);
    for (int i = 0; i < 200; i++) {
        buffer_addf(&client.out, "%01024d", 0);
    }
    client_wait_end(&client);
    client_close(&client);
}

static void
test_stopping_ends_the_stream(void **state)
{
    struct rig *rig = *state;
    struct client client;

    listen_to(rig, &client);
    api_stop(rig->api);
    client_wait_end(&client);
    assert_non_null(strstr(client.in.data, "\r\n0\r\n\r\n"));
    client_close(&client);
}

static void
test_closing_with_listeners(void **state)
{
    struct rig *rig = *state;
    struct client client;

    listen_to(rig, &client);
    api_close(rig->api);
    rig->api = NULL;
    client_wait_end(&client);
    client_close(&client);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_listener_hears_what_is_published),
        TEST(test_publishing_to_nobody_is_harmless),
        TEST(test_comments_come_while_somebody_listens),
        TEST(test_who_leaves_hears_no_more_and_the_others_do),
        TEST(test_who_does_not_read_is_cut_off),
        TEST(test_who_talks_instead_of_listening_is_cut_off),
        TEST(test_stopping_ends_the_stream),
        TEST(test_closing_with_listeners),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
