/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The MQTT driver: each incident has a topic, where the newest word about it is retained
 * as long as it goes on.
 */
#include "channel/drivers.h"

#include "base/digest.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "channel/notice_body.h"
#include "channel/outcome.h"
#include "channel/peer.h"

#include <stdlib.h>
#include <string.h>

enum {
    CONCURRENCY = 16, /* below what libmosquitto has under way at a time */
    PORT_ENCRYPTED = 8883,
    PORT_PLAIN = 1883,
    NAME_BYTES_MOST = 200, /* of topic and client_id */
    ANY = -1,
};

#define TOPIC "budkavle"
#define EXAMPLE "broker.example.se:8883"

static const struct option_spec options[] = {
    { .name = "broker",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The broker: HOST or HOST:PORT; without a port 8883, or 1883 where tls is "
             "none." },
    { .name = "tls",
      .type = OPTION_CHOICE,
      .choices = "required|none",
      .doc =
          "Encryption; required, but none for a broker on this machine. Elsewhere none "
          "needs allow_http." },
    { .name = "username",
      .type = OPTION_STRING,
      .doc = "The name to log in with; none is sent without it." },
    { .name = "password_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with the password that belongs to username." },
    { .name = "client_id",
      .type = OPTION_STRING,
      .doc =
          "The name of this client, which no other may have; one that is made of the "
          "organisation and the channel's name." },
    { .name = "topic",
      .type = OPTION_STRING,
      .default_text = TOPIC,
      .doc = "The beginning of every topic." },
    { .name = "protocol",
      .type = OPTION_CHOICE,
      .choices = "5|3.1.1",
      .default_text = "5",
      .doc = "The version of MQTT; by 3.1.1 a broker cannot say that it refused a "
             "message." },
};

static const char *const no_effect[] = { "proxy", NULL };

/* A broker's answers: MQTT 5.0, 2.4; 1 to 5 are those of 3.1.1 (3.2.2.3). A code's base
 * says what is answered. The first row that matches decides. */
static const struct {
    int64_t base;
    int code;
    enum outcome_kind kind;
    const char *hint; /* what would be right; NULL */
} meanings[] = {
    { MQTT_CODE_CONNACK, 1, OUTCOME_CREDENTIALS, "set protocol = \"5\"" },
    { MQTT_CODE_CONNACK, 2, OUTCOME_CREDENTIALS, "set another client_id" },
    { MQTT_CODE_CONNACK, 4, OUTCOME_CREDENTIALS, "check username and password_file" },
    { MQTT_CODE_CONNACK, 5, OUTCOME_CREDENTIALS, "check username and password_file" },
    { MQTT_CODE_CONNACK, 132, OUTCOME_CREDENTIALS, "set protocol = \"3.1.1\"" },
    { MQTT_CODE_CONNACK, 133, OUTCOME_CREDENTIALS, "set another client_id" },
    { MQTT_CODE_CONNACK, 134, OUTCOME_CREDENTIALS, "check username and password_file" },
    { MQTT_CODE_CONNACK, 135, OUTCOME_CREDENTIALS, "check username and password_file" },
    { MQTT_CODE_CONNACK, 138, OUTCOME_CREDENTIALS,
      "the broker has banned this client" },
    { MQTT_CODE_CONNACK, 140, OUTCOME_CREDENTIALS, NULL },
    { MQTT_CODE_CONNACK, 144, OUTCOME_CREDENTIALS, "set another topic" },
    { MQTT_CODE_CONNACK, 154, OUTCOME_CREDENTIALS,
      "the broker must be allowed to retain messages" },
    { MQTT_CODE_CONNACK, 155, OUTCOME_CREDENTIALS, "the broker must take QoS 1" },
    { MQTT_CODE_CONNACK, 156, OUTCOME_CREDENTIALS, "name another broker" },
    { MQTT_CODE_CONNACK, 157, OUTCOME_CREDENTIALS, "name the broker's new address" },
    { MQTT_CODE_CONNACK, ANY, OUTCOME_TRANSPORT, NULL },
    { MQTT_CODE_PUBACK, 135, OUTCOME_CREDENTIALS,
      "the broker must let this client publish below topic" },
    { MQTT_CODE_PUBACK, 144, OUTCOME_CREDENTIALS, "set another topic" },
    { MQTT_CODE_PUBACK, 149, OUTCOME_REFUSED,
      "the message is too large for the broker" },
    { MQTT_CODE_PUBACK, 153, OUTCOME_REFUSED, NULL },
    { MQTT_CODE_PUBACK, ANY, OUTCOME_RETRY, NULL },
    { MQTT_CODE_DISCONNECT, ANY, OUTCOME_TRANSPORT, NULL },
    { MQTT_CODE_LIMIT, 24, OUTCOME_CREDENTIALS, "the broker must take QoS 1" },
    { MQTT_CODE_LIMIT, 28, OUTCOME_CREDENTIALS,
      "the broker must be allowed to retain messages" },
    { MQTT_CODE_LIMIT, ANY, OUTCOME_REFUSED, NULL },
};

static const char *
topic_of(const struct channel *channel)
{
    const char *topic = channel_setting(channel, "topic");
    return topic == NULL ? TOPIC : topic;
}

static bool
is_encrypted(const struct channel *channel, const struct peer *broker)
{
    const char *tls = channel_setting(channel, "tls");
    return tls == NULL ? !peer_is_loopback(broker) : strcmp(tls, "required") == 0;
}

static enum status
check_topic(const char *topic, struct error *error)
{
    size_t len = strlen(topic);
    if (len == 0 || len > NAME_BYTES_MOST || topic[0] == '$' || topic[0] == '/' ||
        topic[len - 1] == '/' || strpbrk(topic, "+#") != NULL ||
        utf8_has_control(topic, len, ""))
        return error_set(error, STATUS_INVALID,
                         "topic is \"%s\", which cannot be published to: it begins "
                         "with \"$\" or \"/\", ends with \"/\", has \"+\" or \"#\" in "
                         "it, or more than %d bytes; grid/outages would be right",
                         topic, NAME_BYTES_MOST);
    return STATUS_OK;
}

static enum status
check_login(const struct channel *channel, const struct peer *broker,
            struct error *error)
{
    bool has_password = channel_secret(channel, "password_file") != NULL;
    bool is_plain = !is_encrypted(channel, broker);
    if (has_password && channel_setting(channel, "username") == NULL)
        return error_set(error, STATUS_INVALID,
                         "password_file is given without username; a login needs both");
    if (is_plain && !peer_is_loopback(broker) && !channel->allow_http)
        return error_set(error, STATUS_INVALID,
                         "tls is \"none\", which sends everything in clear text; "
                         "leave it out, or write allow_http = true as well");
    if (is_plain && !peer_is_loopback(broker) && has_password)
        return error_set(error, STATUS_INVALID,
                         "tls is \"none\", which would send the password in clear "
                         "text; a login needs tls = required");
    return STATUS_OK;
}

static enum status
check(const struct channel *channel, struct error *error)
{
    const char *client_id = channel_setting(channel, "client_id");
    struct peer broker;
    enum status status = peer_parse("broker", channel_setting(channel, "broker"),
                                    EXAMPLE, &broker, error);
#ifdef BUDKAVLE_WITHOUT_MQTT
    return error_set(error, STATUS_REFUSED,
                     "this program was built without MQTT; build it with libmosquitto");
#endif
    if (status == STATUS_OK)
        status = check_topic(topic_of(channel), error);
    if (status == STATUS_OK)
        status = check_login(channel, &broker, error);
    if (status == STATUS_OK && client_id != NULL && strlen(client_id) > NAME_BYTES_MOST)
        status = error_set(error, STATUS_INVALID,
                           "client_id has %zu bytes; at most %d would be right",
                           strlen(client_id), NAME_BYTES_MOST);
    return status;
}

/* The same after every start, and short enough for every broker (3.1.1, 3.1.3.1: 23
 * letters and digits). Caller frees. */
static char *
client_id_of(const struct channel *channel, const char *organisation)
{
    const char *given = channel_setting(channel, "client_id");
    char digest[SHA256_HEX_SIZE];
    if (given != NULL)
        return string_copy(given);
    char *both = string_format("%s\n%s", organisation, channel->name);
    sha256_hex(both, strlen(both), digest);
    free(both);
    return string_format("budkavle%.12s", digest);
}

static void
stand(const struct channel *channel, const char *organisation, struct request *request)
{
    struct error error = { 0 };
    struct peer broker;
    if (peer_parse("broker", channel_setting(channel, "broker"), EXAMPLE, &broker,
                   &error) != STATUS_OK)
        return; /* check has refused it */
    bool encrypted = is_encrypted(channel, &broker);
    int port = broker.port > 0 ? broker.port : encrypted ? PORT_ENCRYPTED : PORT_PLAIN;
    request->mqtt_action = MQTT_STAND;
    request->mqtt_5 = !string_equal(channel_setting(channel, "protocol"), "3.1.1");
    request->url = string_format("%s://%.*s:%d", encrypted ? "mqtts" : "mqtt",
                                 (int)broker.host_len, broker.host, port);
    request->allow_private = peer_is_loopback(&broker);
    request->channel = string_copy(channel->name);
    request->client_id = client_id_of(channel, organisation);
    request->status_topic = string_format("%s/status", topic_of(channel));
    string_replace(&request->username, channel_setting(channel, "username"));
    string_replace(&request->password, channel_secret(channel, "password_file"));
}

/* Retained is what goes on now, and nothing else: alarms and summaries, whose end may be
 * told elsewhere, are for those who listen. */
static void
address(const struct delivery_input *input, struct request *request)
{
    const struct message *message = input->message;
    const char *topic = topic_of(input->channel);
    request->mqtt_action = MQTT_PUBLISH;
    if (input->is_test) {
        request->topic = string_format("%s/test", topic);
    } else if (notice_is_alarm(message->notice)) {
        request->topic =
            string_format("%s/alarms/%s", topic,
                          name_of(&alarm_kind_names, (int)message->alarm.kind));
    } else if (notice_is_summary(message->notice)) {
        request->topic = string_format("%s/storm", topic);
    } else {
        request->topic = string_format("%s/incidents/%s", topic, message->incident_id);
        request->mqtt_action = notice_goes_on(message) ? MQTT_RETAIN : MQTT_END;
    }
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    json_t *data = notice_data(input);
    (void)error;
    stand(input->channel, input->organisation, request);
    address(input, request);
    if (input->is_test)
        json_object_set_new(data, "test", json_true());
    notice_write(data, &request->body);
    return STATUS_OK;
}

static void
set_refused(const struct reply *reply, struct outcome *outcome)
{
    int64_t base = reply->code / 1000 * 1000;
    int code = (int)(reply->code % 1000);
    for (size_t i = 0; i < ARRAY_COUNT(meanings); i++) {
        if (meanings[i].base != base ||
            (meanings[i].code != ANY && meanings[i].code != code))
            continue;
        const char *hint = meanings[i].hint;
        bool has_words = reply->detail != NULL && reply->detail[0] != '\0';
        char *words = has_words
                          ? string_copy(reply->detail)
                          : string_format("the broker refused it with code %d", code);
        outcome_set(outcome, meanings[i].kind, "%s%s%s", words,
                    hint == NULL ? "" : "; ", hint == NULL ? "" : hint);
        free(words);
        return;
    }
    outcome_set(outcome, OUTCOME_UNKNOWN, "the broker answered with the code %lld",
                (long long)reply->code);
}

static void
classify(const struct channel *channel, const struct reply *reply, bool has_recipient,
         int64_t now_ms, struct outcome *outcome)
{
    (void)channel;
    (void)has_recipient;
    (void)now_ms;
    if (outcome_without_answer(reply, outcome))
        return;
    if (reply->code == MQTT_CODE_DONE)
        outcome_set(outcome, OUTCOME_DELIVERED, NULL);
    else
        set_refused(reply, outcome);
}

const struct driver driver_mqtt = {
    .name = "mqtt",
    .summary = "topics of an MQTT broker, where what goes on now is retained",
    .sender = SENDER_MQTT,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_EACH,
    .read_by_people = false,
    .idempotent = true,
    .concurrency = CONCURRENCY,
    .retry_floor_ms = 1000,
    .no_effect = no_effect,
    .check = check,
    .compose = compose,
    .stand = stand,
    .show = notice_body_show,
    .classify = classify,
};
