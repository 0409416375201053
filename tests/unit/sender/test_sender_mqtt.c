/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The MQTT sender as a real process against a scripted broker: what each answer and each
 * loss becomes, what is retained, and the connection that stands.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rig.h"

#include "mqtt_peer.h"

#include <poll.h>

static struct rig *rig;

static int
set_up(void **state)
{
    (void)state;
    rig = rig_open(1);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    rig_close(rig);
    return 0;
}

static struct request
publish_request(const struct peer *peer, uint64_t id, enum mqtt_action action)
{
    struct request request = { .id = id,
                               .sender = SENDER_MQTT,
                               .timeout_ms = 10000,
                               .allow_private = true,
                               .mqtt_5 = true,
                               .mqtt_action = action };
    const struct mqtt_script *script = peer->context;
    request.mqtt_5 = !script->is_3_1_1;
    request.url = string_format("mqtt://127.0.0.1:%d", peer->port);
    request.channel = string_copy("grid");
    request.client_id = string_copy("budkavle1");
    request.topic = string_copy("b/incidents/i_1");
    request.status_topic = string_copy("b/status");
    buffer_add(&request.body, "{\"x\":1}");
    return request;
}

static const struct reply *
publish(const struct peer *peer, uint64_t id, enum mqtt_action action)
{
    struct request request = publish_request(peer, id, action);
    return rig_exchange(rig, &request);
}

static void
assert_reply(const struct reply *reply, enum reply_result result, int64_t code,
             const char *says)
{
    const char *detail = reply->detail == NULL ? "" : reply->detail;
    if (reply->result != result || reply->code != code ||
        strstr(detail, says) == NULL) {
        fail_msg("result %d, code %lld: %s", (int)reply->result, (long long)reply->code,
                 detail);
    }
}

/* Until the broker was told it; it may have been told more. */
static void
await_seen(struct peer *peer, const char *words)
{
    char *seen = mqtt_seen(peer);
    for (int i = 0; i < 2000 && strstr(seen, words) == NULL; i++) {
        (void)poll(NULL, 0, 10);
        free(seen);
        seen = mqtt_seen(peer);
    }
    if (strstr(seen, words) == NULL) {
        fail_msg("the broker was not told \"%s\", but:\n%s", words, seen);
    }
    free(seen);
}

static void
test_published_and_confirmed(void **state)
{
    static struct mqtt_script scripts[] = { { .connack = 0 }, { .is_3_1_1 = true } };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(scripts); i++) {
        struct peer *peer = peer_start(mqtt_serve, &scripts[i]);
        assert_reply(publish(peer, 3 * i + 1, MQTT_RETAIN), REPLY_ANSWERED,
                     MQTT_CODE_DONE, "");
        assert_reply(publish(peer, 3 * i + 2, MQTT_END), REPLY_ANSWERED, MQTT_CODE_DONE,
                     "");
        assert_reply(publish(peer, 3 * i + 3, MQTT_PUBLISH), REPLY_ANSWERED,
                     MQTT_CODE_DONE, "");
        char *seen = mqtt_seen(peer);
        char *wanted = string_format("connect %d\n"
                                     "b/status retained=online\n"
                                     "b/incidents/i_1 retained={\"x\":1}\n"
                                     "b/incidents/i_1={\"x\":1}\n"
                                     "b/incidents/i_1 retained=\n"
                                     "b/incidents/i_1={\"x\":1}\n",
                                     scripts[i].is_3_1_1 ? 4 : 5);
        assert_string_equal(seen, wanted); /* on one connection */
        free(seen);
        free(wanted);
        peer_stop(peer);
    }
}

static void
test_the_broker_says_no(void **state)
{
    static const struct {
        struct mqtt_script script;
        enum reply_result result;
        int64_t code;
        const char *says;
    } rows[] = {
        { { .connack = 134 }, REPLY_ANSWERED, 1134, "refused the connection" },
        { { .connack = 136 }, REPLY_ANSWERED, 1136, "refused the connection" },
        { { .connack = 4, .is_3_1_1 = true }, REPLY_ANSWERED, 1004, "refused" },
        { { .connack = 3, .is_3_1_1 = true }, REPLY_ANSWERED, 1003, "unavailable" },
        { { .connack = -2 }, REPLY_NOT_SENT, 0, "no connection to 127.0.0.1" },
        { { .puback = 135 }, REPLY_ANSWERED, 2135, "" },
        { { .puback = 151 }, REPLY_ANSWERED, 2151, "" },
        { { .puback = -2 }, REPLY_UNKNOWN, 0, "the connection to 127.0.0.1" },
        { { .disconnect = 142 },
          REPLY_UNKNOWN,
          0,
          "another client has this client_id" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct mqtt_script script = rows[i].script;
        struct peer *peer = peer_start(mqtt_serve, &script);
        print_message("row %zu\n", i);
        assert_reply(publish(peer, i, MQTT_RETAIN), rows[i].result, rows[i].code,
                     rows[i].says);
        peer_stop(peer);
    }
}

static void
test_silence(void **state)
{
    static struct mqtt_script no_connack = { .connack = -1 },
                              no_puback = { .puback = -1 };
    struct peer *peer = peer_start(mqtt_serve, &no_connack);
    struct request request = publish_request(peer, 1, MQTT_RETAIN);
    (void)state;
    request.timeout_ms = 400;
    assert_reply(rig_exchange(rig, &request), REPLY_NOT_SENT, 0, "in time");
    peer_stop(peer);
    peer = peer_start(mqtt_serve, &no_puback);
    request = publish_request(peer, 2, MQTT_RETAIN);
    request.timeout_ms = 400;
    assert_reply(rig_exchange(rig, &request), REPLY_UNKNOWN, 0, "did not confirm");
    peer_stop(peer);
}

static void
test_nobody_there(void **state)
{
    static struct mqtt_script willing;
    struct peer *peer = peer_start(mqtt_serve, &willing);
    struct request request = publish_request(peer, 1, MQTT_RETAIN);
    (void)state;
    peer_stop(peer);
    assert_reply(rig_exchange(rig, &request), REPLY_NOT_SENT, 0, "onnection refused");

    request = (struct request){ .id = 2, .sender = SENDER_MQTT, .timeout_ms = 9000 };
    request.url = string_copy("mqtt://nobody.invalid:1883");
    request.channel = string_copy("elsewhere");
    request.client_id = string_copy("budkavle2");
    request.topic = string_copy("b/incidents/i_1");
    assert_reply(rig_exchange(rig, &request), REPLY_NOT_SENT, 0, "no such host");
}

static void
test_private_addresses_are_guarded(void **state)
{
    static struct mqtt_script willing;
    static const char *const hosts[] = { "127.0.0.1", "localhost" };
    struct peer *peer = peer_start(mqtt_serve, &willing);
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(hosts); i++) {
        struct request request = publish_request(peer, i, MQTT_RETAIN);
        request.allow_private = false;
        free(request.url);
        request.url = string_format("mqtt://%s:%d", hosts[i], peer->port);
        assert_reply(rig_exchange(rig, &request), REPLY_FORBIDDEN, 0,
                     "needs allow_private");
    }
    assert_int_equal(peer->n_connections, 0); /* not even a connection */
    peer_stop(peer);
}

static void
test_bad_requests(void **state)
{
    static const char *const urls[] = { "http://x:1", "mqtt://x", "mqtt://x:0", "",
                                        "::" };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(urls); i++) {
        struct request request = { .id = i, .sender = SENDER_MQTT, .timeout_ms = 5000 };
        request.url = string_copy(urls[i]);
        request.topic = string_copy("t");
        request.client_id = string_copy("c");
        assert_reply(rig_exchange(rig, &request), REPLY_BAD_REQUEST, 0, "not named");
    }
}

static void
stand(const struct request *requests, size_t n)
{
    senders_stand(rig->senders, requests, n);
    for (int i = 0; i < 3; i++) { /* rounds: a process is started, and written to */
        struct loop_timer *timer =
            loop_timer_new(rig->loop, (void (*)(void *))loop_stop, rig->loop);
        loop_timer_set(timer, 20);
        (void)loop_run(rig->loop);
        loop_timer_free(timer);
    }
}

/* There is a connection although nothing was published; a dead sender is replaced, and
 * the connection with it; what is not asked for any more says so and goes. */
static void
test_a_connection_stands(void **state)
{
    static struct mqtt_script willing;
    struct peer *peer = peer_start(mqtt_serve, &willing);
    struct request standing = publish_request(peer, UINT64_MAX - 2, MQTT_STAND);
    (void)state;
    stand(&standing, 1);
    await_seen(peer, "connect 5\nb/status retained=online\n");
    assert_int_equal(senders_busy(rig->senders), 0);

    assert_reply(publish(peer, 1, MQTT_RETAIN), REPLY_ANSWERED, MQTT_CODE_DONE, "");
    stand(&standing, 1); /* the same: nothing happens */
    assert_reply(publish(peer, 2, MQTT_RETAIN), REPLY_ANSWERED, MQTT_CODE_DONE, "");
    char *seen = mqtt_seen(peer);
    assert_null(strstr(seen + 1, "connect"));
    free(seen);

    rig_kill_first_sender();
    for (int i = 0; i < 200 && peer->n_connections < 2; i++) {
        stand(&standing, 1);
    }
    await_seen(peer, "{\"x\":1}\nconnect 5\nb/status retained=online\n");

    stand(NULL, 0);
    await_seen(peer, "b/status retained=offline\ndisconnect\n");
    request_clear(&standing);
    peer_stop(peer);
}

static void
test_the_daemons_end_is_said(void **state)
{
    static struct mqtt_script willing;
    struct peer *peer = peer_start(mqtt_serve, &willing);
    (void)state;
    assert_reply(publish(peer, 1, MQTT_RETAIN), REPLY_ANSWERED, MQTT_CODE_DONE, "");
    rig_close(rig);
    await_seen(peer, "b/status retained=offline\ndisconnect\n");
    peer_stop(peer);
    rig = rig_open(1);
}

/* What was under way by the old way is in doubt, and the next goes by the new one. */
static void
test_another_way(void **state)
{
    static struct mqtt_script silent = { .puback = -1 }, willing;
    struct peer *old = peer_start(mqtt_serve, &silent);
    struct peer *new = peer_start(mqtt_serve, &willing);
    struct request first = publish_request(old, 1, MQTT_RETAIN);
    struct request second = publish_request(new, 2, MQTT_RETAIN);
    (void)state;
    rig_submit(rig, &first);
    for (int i = 0; i < 200 && peer_requests(old) == 0; i++) {
        stand(NULL, 0);
    }
    rig_submit(rig, &second);
    rig_await(rig, 2);
    assert_reply(rig_reply(rig, 1), REPLY_UNKNOWN, 0, "configuration changed");
    assert_reply(rig_reply(rig, 2), REPLY_ANSWERED, MQTT_CODE_DONE, "");
    await_seen(old, "disconnect\n");
    peer_stop(old);
    peer_stop(new);
}

/* One broker that says nothing holds up no other channel. */
static void
test_channels_do_not_wait_for_each_other(void **state)
{
    static struct mqtt_script mute = { .connack = -1 }, willing;
    struct peer *slow = peer_start(mqtt_serve, &mute);
    struct peer *quick = peer_start(mqtt_serve, &willing);
    struct request first = publish_request(slow, 1, MQTT_RETAIN);
    (void)state;
    string_replace(&first.channel, "slow");
    rig_submit(rig, &first);
    assert_reply(publish(quick, 2, MQTT_RETAIN), REPLY_ANSWERED, MQTT_CODE_DONE, "");
    assert_int_equal(rig->n_replies, 1);
    peer_stop(slow);
    rig_await(rig, 2);
    assert_int_equal(rig_reply(rig, 1)->result, REPLY_NOT_SENT);
    peer_stop(quick);
}

int
main(int argc, char **argv)
{
    rig_become_sender(argc, argv);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_published_and_confirmed),
        TEST(test_the_broker_says_no),
        TEST(test_silence),
        TEST(test_nobody_there),
        TEST(test_private_addresses_are_guarded),
        TEST(test_bad_requests),
        TEST(test_a_connection_stands),
        TEST(test_the_daemons_end_is_said),
        TEST(test_another_way),
        TEST(test_channels_do_not_wait_for_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
