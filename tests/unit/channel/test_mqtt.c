/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The MQTT driver: topics, what is retained there and what ends that, the way to the
 * broker, and what each of a broker's answers means.
 */
#include "test_delivery_fixture.h"

#include <jansson.h>

static void
init(struct post *post)
{
    post_init(post, "mqtt");
    post_set(post, "broker", "broker.example.se");
}

static json_t *
payload_of(const struct post *post)
{
    json_t *payload =
        json_loadb(post->request.body.data, post->request.body.len, 0, NULL);
    assert_non_null(payload);
    return payload;
}

static void
test_an_incident_is_retained(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    const struct request *request = &post.request;
    assert_string_equal("budkavle/incidents/i_xyz567", request->topic);
    assert_int_equal(MQTT_RETAIN, request->mqtt_action);
    assert_string_equal("budkavle/status", request->status_topic);
    assert_string_equal("mqtts://broker.example.se:8883", request->url);
    assert_true(request->mqtt_5);
    assert_false(request->allow_private);
    assert_string_equal("out", request->channel);
    json_t *payload = payload_of(&post);
    assert_string_equal("m_abc234",
                        json_string_value(json_object_get(payload, "message")));
    assert_non_null(json_object_get(payload, "incident"));
    assert_non_null(json_object_get(payload, "texts"));
    assert_null(json_object_get(payload, "test"));
    json_decref(payload);
    post_clear(&post);
}

/* A retained topic is what goes on now. */
static void
test_what_is_over_is_not_retained(void **state)
{
    static const struct {
        enum incident_status status;
        const char *merged_into;
        enum mqtt_action action;
    } rows[] = {
        { INCIDENT_PLANNED, "", MQTT_RETAIN },
        { INCIDENT_SUSPECTED, "", MQTT_RETAIN },
        { INCIDENT_CONFIRMED, "", MQTT_RETAIN },
        { INCIDENT_PARTLY_RESTORED, "", MQTT_RETAIN },
        { INCIDENT_RESTORED, "", MQTT_END },
        { INCIDENT_CANCELLED, "", MQTT_END },
        { INCIDENT_CONFIRMED, "i_other", MQTT_END },
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post.message.facts.status = rows[i].status;
        (void)snprintf(post.message.merged_into_id, sizeof post.message.merged_into_id,
                       "%s", rows[i].merged_into);
        post_compose(&post);
        if (post.request.mqtt_action != rows[i].action)
            fail_msg("row %zu: %d", i, (int)post.request.mqtt_action);
    }
    post_clear(&post);
}

static void
test_other_topics(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "topic", "grid/outages");
    assert_true(post_is_accepted(&post));
    post.message.notice = NOTICE_STORM_BEGUN;
    post_compose(&post);
    assert_string_equal("grid/outages/storm", post.request.topic);
    assert_int_equal(MQTT_PUBLISH, post.request.mqtt_action);
    post.message.notice = NOTICE_ALARM;
    post.message.alarm.kind = ALARM_CHANNEL_DOWN;
    post.message.alarm.subject = string_copy("mail");
    post.message.alarm.cause = string_copy("connection refused");
    post_compose(&post);
    assert_string_equal("grid/outages/alarms/channel_down", post.request.topic);
    assert_int_equal(MQTT_PUBLISH, post.request.mqtt_action);
    post.message.notice = NOTICE_FIRST;
    post.input.is_test = true;
    post_compose(&post);
    assert_string_equal("grid/outages/test", post.request.topic);
    assert_string_equal("grid/outages/status", post.request.status_topic);
    assert_int_equal(MQTT_PUBLISH, post.request.mqtt_action);
    json_t *payload = payload_of(&post);
    assert_true(json_is_true(json_object_get(payload, "test")));
    json_decref(payload);
    post_clear(&post);
}

static void
test_the_way(void **state)
{
    static const struct {
        const char *broker, *tls, *url;
        bool is_private;
    } rows[] = {
        { "broker.example.se:1234", NULL, "mqtts://broker.example.se:1234", false },
        { "127.0.0.1", NULL, "mqtt://127.0.0.1:1883", true },
        { "localhost:2883", NULL, "mqtt://localhost:2883", true },
        { "[::1]", NULL, "mqtt://[::1]:1883", true },
        { "localhost", "required", "mqtts://localhost:8883", true },
        { "[2001:db8::1]:8883", NULL, "mqtts://[2001:db8::1]:8883", false },
        { "broker.example.se", "none", "mqtt://broker.example.se:1883", false },
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post_unset(&post, "broker");
        post_unset(&post, "tls");
        post_set(&post, "broker", rows[i].broker);
        if (rows[i].tls != NULL)
            post_set(&post, "tls", rows[i].tls);
        post_compose(&post);
        assert_string_equal(rows[i].url, post.request.url);
        assert_int_equal(rows[i].is_private, post.request.allow_private);
    }
    post_clear(&post);
}

/* Two daemons with one client id would throw each other out, and every start must have
 * the same. */
static void
test_client_id(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_compose(&post);
    char *first = string_copy(post.request.client_id);
    assert_true(strlen(first) <= 23);
    assert_int_equal(strlen(first), strspn(first, "abcdefghijklmnopqrstuvwxyz"
                                                  "0123456789"));
    post_compose(&post);
    assert_string_equal(first, post.request.client_id);
    post.input.organisation = "Umeå Vatten";
    post_compose(&post);
    assert_string_not_equal(first, post.request.client_id);
    post_set(&post, "client_id", "grid-7");
    post_compose(&post);
    assert_string_equal("grid-7", post.request.client_id);
    free(first);
    post_clear(&post);
}

/* What stands is the same way that messages go. */
static void
test_the_connection_stands(void **state)
{
    struct post post;
    struct request standing = { 0 };
    (void)state;
    init(&post);
    post_set(&post, "username", "grid");
    post_set(&post, "password_file", "hemligt");
    post_compose(&post);
    post.driver->stand(&post.channel, post.input.organisation, &standing);
    assert_int_equal(MQTT_STAND, standing.mqtt_action);
    assert_string_equal(post.request.url, standing.url);
    assert_string_equal(post.request.client_id, standing.client_id);
    assert_string_equal(post.request.status_topic, standing.status_topic);
    assert_string_equal("grid", standing.username);
    assert_string_equal("hemligt", standing.password);
    assert_string_equal("hemligt", post.request.password);
    assert_string_equal("out", standing.channel);
    assert_null(strstr(post.request.body.data, "hemligt"));
    request_clear(&standing);
    post_clear(&post);
}

static void
test_faults(void **state)
{
    static const struct {
        const char *broker, *option, *value, *says;
    } rows[] = {
        { "mqtt://broker.example.se", NULL, NULL, "is a web address" },
        { "me:hemligt@broker.example.se", NULL, NULL, "belong in username" },
        { "", NULL, NULL, "no valid host" },
        { ":1883", NULL, NULL, "no valid host" },
        { "bro ker", NULL, NULL, "no valid host" },
        { "[::1", NULL, NULL, "no valid host" },
        { "broker.example.se:", NULL, NULL, "port" },
        { "broker.example.se:0", NULL, NULL, "port" },
        { "broker.example.se:65536", NULL, NULL, "port" },
        { "broker.example.se:18x", NULL, NULL, "port" },
        { "[::1]8883", NULL, NULL, "port" },
        { "broker.example.se", "topic", "a/#", "cannot be published to" },
        { "broker.example.se", "topic", "a/+/b", "cannot be published to" },
        { "broker.example.se", "topic", "/a", "cannot be published to" },
        { "broker.example.se", "topic", "a/", "cannot be published to" },
        { "broker.example.se", "topic", "$SYS", "cannot be published to" },
        { "broker.example.se", "tls", "none", "in clear text" },
        { "broker.example.se", "password_file", "hemligt", "without username" },
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post_unset(&post, "broker");
        post_set(&post, "broker", rows[i].broker);
        if (rows[i].option != NULL)
            post_set(&post, rows[i].option, rows[i].value);
        if (!post_is_refused(&post, rows[i].says))
            fail_msg("row %zu: %s", i, post.error.text);
        assert_null(strstr(post.error.text, "hemligt"));
        if (rows[i].option != NULL)
            post_unset(&post, rows[i].option);
    }
    /* Clear text to elsewhere: said twice, and never with a password. */
    post_set(&post, "tls", "none");
    post.channel.allow_http = true;
    assert_true(post_is_accepted(&post));
    post_set(&post, "username", "grid");
    post_set(&post, "password_file", "hemligt");
    assert_true(post_is_refused(&post, "a login needs tls = required"));
    post_unset(&post, "broker");
    post_set(&post, "broker", "127.0.0.1");
    post.channel.allow_http = false;
    assert_true(post_is_accepted(&post));
    post_clear(&post);
}

static void
test_answers(void **state)
{
    static const struct post_row rows[] = {
        { .code = 200, .kind = OUTCOME_DELIVERED },
        { .code = 1001, .kind = OUTCOME_CREDENTIALS, .says = "protocol = \"5\"" },
        { .code = 1002, .kind = OUTCOME_CREDENTIALS, .says = "client_id" },
        { .code = 1003, .kind = OUTCOME_TRANSPORT },
        { .code = 1004, .kind = OUTCOME_CREDENTIALS, .says = "password_file" },
        { .code = 1005, .kind = OUTCOME_CREDENTIALS, .says = "password_file" },
        { .code = 1128, .kind = OUTCOME_TRANSPORT },
        { .code = 1132, .kind = OUTCOME_CREDENTIALS, .says = "\"3.1.1\"" },
        { .code = 1133, .kind = OUTCOME_CREDENTIALS, .says = "client_id" },
        { .code = 1134, .kind = OUTCOME_CREDENTIALS, .says = "password_file" },
        { .code = 1135, .kind = OUTCOME_CREDENTIALS, .says = "password_file" },
        { .code = 1136, .kind = OUTCOME_TRANSPORT },
        { .code = 1137, .kind = OUTCOME_TRANSPORT },
        { .code = 1138, .kind = OUTCOME_CREDENTIALS },
        { .code = 1154, .kind = OUTCOME_CREDENTIALS, .says = "retain" },
        { .code = 1155, .kind = OUTCOME_CREDENTIALS, .says = "QoS 1" },
        { .code = 1157, .kind = OUTCOME_CREDENTIALS },
        { .code = 2128, .kind = OUTCOME_RETRY },
        { .code = 2131, .kind = OUTCOME_RETRY },
        { .code = 2135, .kind = OUTCOME_CREDENTIALS, .says = "publish below topic" },
        { .code = 2144, .kind = OUTCOME_CREDENTIALS },
        { .code = 2149, .kind = OUTCOME_REFUSED },
        { .code = 2151, .kind = OUTCOME_RETRY, .says = "code 151" },
        { .code = 2153, .kind = OUTCOME_REFUSED },
        { .code = 3139, .kind = OUTCOME_TRANSPORT },
        { .code = 4009, .kind = OUTCOME_REFUSED },
        { .code = 4024, .kind = OUTCOME_CREDENTIALS },
        { .code = 4025, .kind = OUTCOME_REFUSED },
        { .code = 4028, .kind = OUTCOME_CREDENTIALS, .says = "retain" },
        { .code = 7, .kind = OUTCOME_UNKNOWN },
        { .code = -1, .kind = OUTCOME_UNKNOWN },
    };
    static const struct {
        enum reply_result result;
        enum outcome_kind kind;
    } silent[] = {
        { REPLY_NOT_SENT, OUTCOME_TRANSPORT },
        { REPLY_UNKNOWN, OUTCOME_UNKNOWN },
        { REPLY_CERTIFICATE, OUTCOME_CREDENTIALS },
        { REPLY_FORBIDDEN, OUTCOME_CREDENTIALS },
    };
    struct post post;
    (void)state;
    init(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    for (size_t i = 0; i < ARRAY_COUNT(silent); i++) {
        struct reply reply = { .result = silent[i].result };
        assert_int_equal(silent[i].kind, post_classify(&post, &reply, false)->kind);
    }
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_incident_is_retained),
        cmocka_unit_test(test_what_is_over_is_not_retained),
        cmocka_unit_test(test_other_topics),
        cmocka_unit_test(test_the_way),
        cmocka_unit_test(test_client_id),
        cmocka_unit_test(test_the_connection_stands),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
