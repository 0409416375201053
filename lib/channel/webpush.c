/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The webpush driver: notifications to browsers that subscribed on the organisation's own
 * site (RFC 8030), encrypted for each of them (RFC 8291), from a sender that the push
 * services know by its key (RFC 8292).
 */
#include "channel/drivers.h"

#include "base/base64url.h"
#include "base/memory.h"
#include "base/quantity.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "channel/http_outcome.h"
#include "channel/http_request.h"
#include "channel/json_reply.h"
#include "channel/outcome.h"
#include "channel/push_encryption.h"
#include "channel/reply_rule.h"
#include "channel/rich.h"
#include "channel/shown.h"
#include "channel/subscription.h"
#include "channel/vapid.h"
#include "text/fit.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONCURRENCY = 16,
    TOPIC_MAX_BYTES = 32,     /* RFC 8030, 5.4 */
    PAYLOAD_MAX_BYTES = 2500, /* what every service takes, on every way */
    BODY_MAX_BYTES = 1000,
    SHORT_BODY_MAX_BYTES = 400, /* where the whole was too large for the service */
    TITLE_MAX_BYTES = 200,
};

/* A notification is of use until the next word; not so briefly that a telephone that was
 * without power itself never hears. */
#define TTL_LEAST_MS (1 * HOURS_MS)
#define TTL_DEFAULT "24h"
#define TTL_MOST_MS (28 * DAYS_MS)
/* Mozilla's errno 201 without a time. */
#define BACK_OFF_MS (1 * MINUTES_MS)

_Static_assert(P256_SEED_BYTES + PUSH_SALT_BYTES <= DELIVERY_RANDOM_BYTES,
               "the pair and the salt are made of a delivery's random bytes");

enum step {
    STEP_WHOLE,
    STEP_SHORT /* that was too large */
};

static const struct option_spec options[] = {
    { .name = "subscriptions_file",
      .type = OPTION_FILE_LIST,
      .required = true,
      .doc =
          "A file of subscriptions: what the browser gave, as JSON, one a line, up to "
          "a million." },
    { .name = "vapid_key_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the private key that the subscriptions were made for: PEM, or "
             "base64url of its 32 bytes; budkavle vapid makes one." },
    { .name = "subject",
      .type = OPTION_STRING,
      .required = true,
      .doc = "Whom a push service asks about these messages: mailto: and an address of "
             "mail, or an https:// address." },
    { .name = "ttl",
      .type = OPTION_DURATION,
      .default_text = TTL_DEFAULT,
      .min = 0,
      .max = TTL_MOST_MS,
      .doc = "How long a push service keeps a message for a device that is away, at "
             "most; while an incident is open, until its next word is due." },
    { .name = "test_subscription_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with the one subscription that a test is sent to, such as that of a "
             "telephone of your own." },
};

static enum status
check(const struct channel *channel, struct error *error)
{
    const char *test = channel_secret(channel, "test_subscription_file");
    struct subscription subscription = { 0 };
    enum status status =
        vapid_key_check(channel_secret(channel, "vapid_key_file"), error);
    if (status == STATUS_OK)
        status = vapid_subject_check(channel_setting(channel, "subject"), error);
    if (status == STATUS_OK && test != NULL) {
        status = subscription_parse(test, &subscription, error);
        if (status != STATUS_OK)
            error_prefix(error, "test_subscription_file");
    }
    subscription_clear(&subscription);
    return status;
}

/* --- Recipients ------------------------------------------------------------------- */

static char *
read_recipient(const char *line, struct error *error)
{
    struct subscription subscription = { 0 };
    char *recipient = NULL;
    if (subscription_parse(line, &subscription, error) == STATUS_OK)
        recipient = subscription_format(&subscription);
    subscription_clear(&subscription);
    return recipient;
}

static enum status
check_recipient(const char *recipient, struct error *error)
{
    char *written = read_recipient(recipient, error);
    enum status status = written == NULL ? STATUS_INVALID : STATUS_OK;
    free(written);
    return status;
}

static const struct strings *
recipients(const struct channel *channel)
{
    (void)channel;
    return NULL;
}

static char *
test_recipient(const struct channel *channel)
{
    const char *test = channel_secret(channel, "test_subscription_file");
    return test == NULL ? NULL : read_recipient(test, NULL);
}

/* The subscription's language, else the first. */
static size_t
language_of(const struct delivery_input *input, const struct subscription *subscription)
{
    for (size_t i = 0; subscription->language != NULL && i < input->n_catalogues; i++) {
        if (strcasecmp(catalogue_language(input->catalogues[i]),
                       subscription->language) == 0)
            return i;
    }
    return 0;
}

/* --- The notification ------------------------------------------------------------- */

static void
length(const struct channel *channel, struct length_rule *rule)
{
    (void)channel;
    *rule = (struct length_rule){ .unit = LENGTH_BYTES, .most = BODY_MAX_BYTES };
}

/* What the messages of one incident have in common: a newer one replaces an older one,
 * where it waits (Topic) and where it is shown (tag). Caller frees. */
static char *
topic_of(const struct delivery_input *input)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789-_";
    const char *id = input->is_test ? "test" : input->message->incident_id;
    if (id[0] == '\0')
        id = input->message->id; /* a summary or an alarm replaces none but itself */
    unsigned char digest[SHA256_BYTES];
    struct sha256 *state;
    char *topic;
    if (strlen(id) <= TOPIC_MAX_BYTES && strspn(id, letters) == strlen(id))
        return string_copy(id);
    state = sha256_new();
    sha256_add(state, id, strlen(id));
    sha256_finish_bytes(state, digest);
    topic = base64url_encode(digest, sizeof digest);
    topic[TOPIC_MAX_BYTES] = '\0';
    return topic;
}

/* The text that the rule has room for; *out is cleared first. */
static void
fit(const struct delivery_input *input, size_t language, const struct length_rule *rule,
    struct fitted *out)
{
    const struct compose_context context = delivery_context(input);
    text_fit_language(input->catalogues, language, input->message, &context,
                      input->missed, rule, out);
}

/* The payload with this much room for the body; caller frees. */
static char *
payload_with(const struct delivery_input *input, size_t language,
             const struct rich *rich, int64_t most)
{
    const struct length_rule rule = { .unit = LENGTH_BYTES, .most = most };
    struct fitted fitted = { 0 };
    char *title = utf8_printable(rich->title, strlen(rich->title), TITLE_MAX_BYTES);
    char *topic = topic_of(input);
    fit(input, language, &rule, &fitted);
    json_t *root = json_pack(
        "{s:s, s:s, s:s*, s:s*, s:s, s:s*}", "title", title, "body", fitted.text, "url",
        rich->url, "tag", topic, "language", rich->language, "incident",
        input->message->incident_id[0] == '\0' ? NULL : input->message->incident_id);
    char *text = json_dumps(root, JSON_COMPACT);
    if (input->n_carried != NULL)
        *input->n_carried = fitted.n_carried;
    json_decref(root);
    fitted_clear(&fitted);
    free(topic);
    free(title);
    return text;
}

/* What a text has to escape, or a long address, is taken from the text's room. */
static char *
payload(const struct delivery_input *input, size_t language, struct error *error)
{
    int64_t room =
        input->step->number == STEP_SHORT ? SHORT_BODY_MAX_BYTES : BODY_MAX_BYTES;
    struct rich rich = { 0 };
    char *text;
    size_t over;
    rich_fill(input, language, &rich);
    text = payload_with(input, language, &rich, room);
    over = strlen(text) > PAYLOAD_MAX_BYTES ? strlen(text) - PAYLOAD_MAX_BYTES : 0;
    if (over > 0) {
        free(text);
        room = room > (int64_t)over + FIT_LEAST ? room - (int64_t)over : FIT_LEAST;
        text = payload_with(input, language, &rich, room);
    }
    if (strlen(text) > PAYLOAD_MAX_BYTES) {
        error_set(error, STATUS_INVALID,
                  "the notification has %zu bytes, and push services take %d: page_url "
                  "should be a shorter address",
                  strlen(text), PAYLOAD_MAX_BYTES);
        free(text);
        text = NULL;
    }
    rich_clear(&rich);
    return text;
}

/* --- The request ------------------------------------------------------------------ */

static int64_t
ttl_s(const struct delivery_input *input)
{
    const char *given = channel_setting(input->channel, "ttl");
    const struct message *message = input->message;
    int64_t most = 0;
    int64_t until;
    if (!duration_parse(given == NULL ? TTL_DEFAULT : given, &most))
        most = DAYS_MS;
    if (message->next_word_at_ms == TIME_NONE || message->priority == PRIORITY_URGENT)
        return most / SECONDS_MS;
    until = message->next_word_at_ms - input->now_ms;
    until = until > TTL_LEAST_MS ? until : TTL_LEAST_MS;
    return (until < most ? until : most) / SECONDS_MS;
}

static const char *
urgency_of(const struct delivery_input *input)
{
    static const char *const names[PRIORITY_COUNT] = { [PRIORITY_URGENT] = "high",
                                                       [PRIORITY_NORMAL] = "normal",
                                                       [PRIORITY_BULK] = "low" };
    return names[input->message->priority];
}

static void
add_headers(const struct delivery_input *input, const char *authorization,
            struct request *request)
{
    char *topic = topic_of(input);
    request_header(request, "TTL", "%lld", (long long)ttl_s(input));
    request_header(request, "Urgency", "%s", urgency_of(input));
    request_header(request, "Topic", "%s", topic);
    request_header(request, "Content-Type", "application/octet-stream");
    request_header(request, "Content-Encoding", "aes128gcm");
    request_header(request, "Authorization", "%s", authorization);
    free(topic);
}

/* The pair and the salt of this one message. */
static bool
encrypt(const struct delivery_input *input, const struct subscription *subscription,
        const char *text, struct buffer *body)
{
    struct push_secrets secrets;
    bool done;
    memcpy(secrets.browser_public, subscription->browser_public,
           sizeof secrets.browser_public);
    memcpy(secrets.auth, subscription->auth, sizeof secrets.auth);
    p256_from_seed(input->random, secrets.own_private, secrets.own_public);
    memcpy(secrets.salt, input->random + P256_SEED_BYTES, sizeof secrets.salt);
    done = push_encrypt(&secrets, text, strlen(text), body);
    explicit_bzero(&secrets, sizeof secrets);
    return done;
}

static enum status
compose_for(const struct delivery_input *input, const struct subscription *subscription,
            struct request *request, struct error *error)
{
    const struct channel *channel = input->channel;
    char *authorization = vapid_authorization(channel_secret(channel, "vapid_key_file"),
                                              channel_setting(channel, "subject"),
                                              subscription->endpoint, input->now_ms);
    char *text = payload(input, language_of(input, subscription), error);
    enum status status = text == NULL ? STATUS_INVALID : STATUS_OK;
    http_request(request, "POST", string_copy(subscription->endpoint));
    if (status == STATUS_OK &&
        (authorization == NULL || !encrypt(input, subscription, text, &request->body)))
        status = error_set(error, STATUS_INVALID,
                           "vapid_key_file or the subscription has a key that is none");
    if (status == STATUS_OK)
        add_headers(input, authorization, request);
    free(text);
    free(authorization);
    return status;
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    struct subscription subscription = { 0 };
    enum status status =
        input->recipient == NULL
            ? error_set(error, STATUS_INVALID, "the notification has no recipient")
            : subscription_parse(input->recipient, &subscription, error);
    if (status == STATUS_OK)
        status = compose_for(input, &subscription, request, error);
    subscription_clear(&subscription);
    return status;
}

static void
show(const struct delivery_input *input, struct shown *shown)
{
    struct length_rule rule;
    length(input->channel, &rule);
    for (size_t i = 0; i < input->n_catalogues; i++) {
        struct fitted fitted = { 0 };
        struct rich rich = { 0 };
        rich_fill(input, i, &rich);
        fit(input, i, &rule, &fitted);
        shown_add(shown, "title", rich.language, string_copy(rich.title), NULL);
        shown_add_fitted(shown, "text", rich.language, &fitted, &rule);
        rich_clear(&rich);
    }
}

/* --- The answer ------------------------------------------------------------------- */

static const char not_our_key[] =
    "subject, or the key in vapid_key_file, is not what the service expects";

static const struct reply_rule rules[] = {
    { 400, NULL, OUTCOME_CREDENTIALS, not_our_key },
    { 401, NULL, OUTCOME_CREDENTIALS, not_our_key },
    { 403, NULL, OUTCOME_CREDENTIALS,
      "the subscription was made for another key than that in vapid_key_file" },
    { 404, NULL, OUTCOME_UNDELIVERABLE, NULL },
    { 410, NULL, OUTCOME_UNDELIVERABLE, NULL },
};

/* What a service says, unless it says an address, which may be the subscription's own. */
static char *
read_words(const struct reply *reply)
{
    static const char *const members[] = { "/message", "/reason", "/error/message" };
    char *words = NULL;
    for (size_t i = 0; words == NULL && i < ARRAY_COUNT(members); i++)
        words = json_reply_text_at(reply, members[i]);
    if (words == NULL)
        words = http_reply_words(reply);
    if (words != NULL && strstr(words, "://") != NULL) {
        free(words);
        words = NULL;
    }
    return words;
}

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .read_words = read_words,
};

/* Mozilla's services say in a number of their own whether to wait. */
static void
add_wait(const struct reply *reply, struct outcome *outcome)
{
    char *number = json_reply_text_at(reply, "/errno");
    if (number != NULL && strcmp(number, "201") == 0)
        outcome->retry_after_ms = BACK_OFF_MS;
    free(number);
}

static void
classify(const struct channel *channel, const struct reply *reply, bool has_recipient,
         int64_t now_ms, struct outcome *outcome)
{
    (void)channel;
    reply_table_outcome(&replies, reply, has_recipient, now_ms, outcome);
    if (outcome->kind == OUTCOME_RETRY && outcome->retry_after_ms < 0)
        add_wait(reply, outcome);
    outcome->gone = outcome->kind == OUTCOME_UNDELIVERABLE;
    if (!has_recipient)
        return;
    /* An address that one subscriber gave says nothing of the channel. */
    if (reply->result == REPLY_FORBIDDEN || reply->result == REPLY_BAD_REQUEST)
        outcome->kind = OUTCOME_UNDELIVERABLE;
    if (reply->result == REPLY_CERTIFICATE)
        outcome->kind = OUTCOME_TRANSPORT;
}

static bool
next_step(const struct delivery_input *input, const struct reply *reply,
          struct delivery_step *step, struct outcome *outcome)
{
    (void)input;
    (void)outcome;
    if (reply == NULL)
        return true;
    if (step->number == STEP_WHOLE && reply->result == REPLY_ANSWERED &&
        reply->code == 413) {
        step->number = STEP_SHORT;
        return true;
    }
    return false;
}

const struct driver driver_webpush = {
    .name = "webpush",
    .summary = "notifications of browsers that subscribed on your site (Web Push)",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .idempotent = true,
    .many_services = true,
    .wait_headers = "`Retry-After`",
    .concurrency = CONCURRENCY,
    .list_option = "subscriptions_file",
    .length = length,
    .check = check,
    .compose = compose,
    .show = show,
    .recipients = recipients,
    .check_recipient = check_recipient,
    .read_recipient = read_recipient,
    .test_recipient = test_recipient,
    .next_step = next_step,
    .classify = classify,
};
