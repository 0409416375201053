/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The webhook driver: what a receiver gets, that it can check the signature and know a
 * repeat, and what its answers mean.
 */
#include "test_delivery_fixture.h"

#include "channel/signature.h"

#include <jansson.h>

#define SECRET "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
#define OTHER_SECRET "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

/* 70 bytes */
#define TOO_LONG_SECRET                                                                \
    "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI"    \
    "zNDU2Nzg5MDEyMzQ1Njc4OQ=="

static void
init(struct post *post)
{
    post_init(post, "webhook");
    post_set(post, "url", "https://bus.example/hooks/outage");
}

static const char *
header(const struct request *request, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < request->headers.count; i++) {
        const char *line = request->headers.items[i];
        if (strncmp(line, name, len) == 0 && strncmp(line + len, ": ", 2) == 0)
            return line + len + 2;
    }
    return NULL;
}

static json_t *
body_of(const struct post *post)
{
    json_error_t error;
    json_t *body =
        json_loadb(post->request.body.data, post->request.body.len, 0, &error);
    assert_non_null(body);
    return body;
}

static void
assert_text(json_t *body, const char *path, const char *wanted)
{
    char *copy = string_copy(path);
    char *rest = copy, *key;
    while ((key = strsep(&rest, ".")) != NULL)
        body = json_object_get(body, key);
    if (body == NULL || !json_is_string(body) ||
        strcmp(json_string_value(body), wanted) != 0)
        fail_msg("%s is not \"%s\"", path, wanted);
    free(copy);
}

static void
test_request(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_compose(&post);
    assert_int_equal(SENDER_HTTP, post.request.sender);
    assert_string_equal("POST", post.request.method);
    assert_string_equal("https://bus.example/hooks/outage", post.request.url);
    assert_string_equal("application/json", header(&post.request, "Content-Type"));
    assert_string_equal("m_abc234", header(&post.request, "webhook-id"));
    assert_string_equal("1795439110", header(&post.request, "webhook-timestamp"));
    assert_null(header(&post.request, "webhook-signature"));
    post_clear(&post);
}

static void
test_body(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_compose(&post);
    json_t *body = body_of(&post);
    json_t *data = json_object_get(body, "data");
    assert_text(body, "type", "incident.notice");
    assert_text(body, "timestamp", "2026-11-23T13:05:01Z");
    assert_text(body, "data.message", "m_abc234");
    assert_text(body, "data.notice", "first");
    assert_int_equal(2, json_integer_value(json_object_get(data, "sequence")));
    assert_int_equal(1, json_integer_value(json_object_get(data, "previous")));
    assert_text(body, "data.url", "https://drift.example.se/incident/i_xyz567.html");
    assert_text(body, "data.incident.id", "i_xyz567");
    assert_text(body, "data.incident.source", "oms");
    assert_text(body, "data.incident.incident", "OMS-77120");
    assert_text(body, "data.incident.kind", "power");
    assert_text(body, "data.incident.status", "confirmed");
    for (const char *const *language = (const char *const[]){ "sv", "en", NULL };
         *language != NULL; language++) {
        json_t *text = json_object_get(json_object_get(data, "texts"), *language);
        assert_non_null(json_string_value(json_object_get(text, "short")));
        assert_non_null(
            strstr(json_string_value(json_object_get(text, "long")), "Täby kyrkby"));
    }
    json_decref(body);
    post_clear(&post);
}

/* What the options say, and what stands in the body then. */
static void
test_cloud_event_in_the_body(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "form", "cloudevents");
    post_set(&post, "secret_file", SECRET);
    post_compose(&post);
    json_t *body = body_of(&post);
    assert_string_equal(header(&post.request, "Content-Type"),
                        "application/cloudevents+json; charset=utf-8");
    assert_string_equal(header(&post.request, "webhook-id"), "m_abc234");
    assert_non_null(header(&post.request, "webhook-signature"));
    assert_null(header(&post.request, "ce-id"));
    assert_text(body, "specversion", "1.0");
    assert_text(body, "id", "m_abc234");
    assert_text(body, "source", "https://drift.example.se");
    assert_text(body, "type", "budkavle.incident.notice");
    assert_text(body, "time", "2026-11-23T13:05:01Z");
    assert_text(body, "subject", "OMS-77120");
    assert_text(body, "datacontenttype", "application/json");
    assert_text(body, "data.incident.incident", "OMS-77120");
    json_decref(body);
    /* The same bytes at every attempt, whatever the time. */
    struct buffer first = post.request.body;
    post.request.body = (struct buffer){ 0 };
    post.input.now_ms += 90 * MINUTES_MS;
    post.input.late = true;
    post_compose(&post);
    assert_int_equal(first.len, post.request.body.len);
    assert_memory_equal(first.data, post.request.body.data, first.len);
    buffer_clear(&first);
    post_clear(&post);
}

static void
test_cloud_event_in_headers(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "form", "cloudevents-binary");
    post_set(&post, "event_source", "/drift");
    post_set(&post, "event_type_prefix", "se.example.");
    string_replace(&post.message.incident, "\xc3\x85re 1 \"100%\"");
    post_compose(&post);
    json_t *body = body_of(&post);
    assert_string_equal(header(&post.request, "Content-Type"), "application/json");
    assert_null(header(&post.request, "ce-datacontenttype"));
    assert_string_equal(header(&post.request, "ce-specversion"), "1.0");
    assert_string_equal(header(&post.request, "ce-id"), "m_abc234");
    assert_string_equal(header(&post.request, "ce-source"), "/drift");
    assert_string_equal(header(&post.request, "ce-type"), "se.example.incident.notice");
    assert_string_equal(header(&post.request, "ce-time"), "2026-11-23T13:05:01Z");
    assert_string_equal(header(&post.request, "ce-subject"),
                        "%C3%85re%201%20%22100%25%22");
    assert_null(header(&post.request, "webhook-signature"));
    /* The body is the data alone. */
    assert_text(body, "notice", "first");
    assert_null(json_object_get(body, "data"));
    json_decref(body);
    post_clear(&post);
}

static void
test_cloud_event_options(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    post_set(&post, "event_source",
             "/\xc3\xa5"
             "re");
    assert_true(post_is_refused(&post, "event_source has a space"));
    post_unset(&post, "event_source");
    post_set(&post, "event_source", "");
    assert_true(post_is_refused(&post, "event_source is empty"));
    post_unset(&post, "event_source");
    post_set(&post, "event_type_prefix", "se example");
    assert_true(post_is_refused(&post, "event_type_prefix has a space"));
    post_clear(&post);
}

static void
test_no_url_without_a_page(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.page_url = NULL;
    post_compose(&post);
    json_t *body = body_of(&post);
    assert_null(json_object_get(json_object_get(body, "data"), "url"));
    json_decref(body);
    post_clear(&post);
}

/* A receiver may compare bytes: only timestamp and signature differ, even a day later
 * and behind newer messages. */
static void
test_a_repeat_has_the_same_bytes(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "secret_file", SECRET);
    post_compose(&post);
    char *first = string_copy(post.request.body.data);
    char *signature = string_copy(header(&post.request, "webhook-signature"));
    post.input.now_ms += 25 * HOURS_MS;
    post.input.late = true;
    post_compose(&post);
    assert_string_equal(first, post.request.body.data);
    assert_string_equal("m_abc234", header(&post.request, "webhook-id"));
    assert_string_equal("1795529110", header(&post.request, "webhook-timestamp"));
    assert_string_not_equal(signature, header(&post.request, "webhook-signature"));
    free(first);
    free(signature);
    post_clear(&post);
}

static void
test_a_test_is_told_apart(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.is_test = true;
    post_compose(&post);
    json_t *body = body_of(&post);
    assert_text(body, "type", "channel.test");
    json_decref(body);
    post_clear(&post);
}

/* The vector of the Standard Webhooks reference. */
static void
test_signature_vector(void **state)
{
    struct buffer body = { 0 };
    (void)state;
    buffer_add(&body, "{\"type\":\"incident.updated\",\"data\":{\"id\":\"42\"}}");
    char *signature = signature_format(SECRET, "msg_inc42_7", 1700000000, &body);
    assert_string_equal("v1,gA7SxAOXhw2ob/BiYp8VpNyhGn6NE5L8zlr8cHOAEaE=", signature);
    free(signature);
    buffer_clear(&body);
}

/* While a secret is being changed both sign, and the receiver may hold either. */
static void
test_two_secrets_sign_twice(void **state)
{
    struct buffer body = { 0 };
    (void)state;
    buffer_add(&body, "{}");
    char *one = signature_format(SECRET, "m_1", 5, &body);
    char *other = signature_format(OTHER_SECRET, "m_1", 5, &body);
    char *both = signature_format(SECRET "\n" OTHER_SECRET, "m_1", 5, &body);
    char *wanted = string_format("%s %s", one, other);
    assert_string_equal(wanted, both);
    free(one);
    free(other);
    free(both);
    free(wanted);
    buffer_clear(&body);
}

static void
test_the_request_is_signed(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "secret_file", SECRET);
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    char *wanted = signature_format(SECRET, "m_abc234", 1795439110, &post.request.body);
    assert_string_equal(wanted, header(&post.request, "webhook-signature"));
    free(wanted);
    post_clear(&post);
}

static void
test_addresses(void **state)
{
    static const struct {
        const char *url, *says;
    } bad[] = {
        { "", "is needed" },
        { "bus.example/hook", "is needed" },
        { "ftp://bus.example/", "is needed" },
        { "https://", "is needed" },
        { "https:///hook", "is needed" },
        { "https://:443/", "is needed" },
        { "https://me:secret@bus.example/", "secrets are read from files" },
        { "https://bus.example/a b", "byte 22" },
        { "https://bus.example/\r\nX: y", "control character" },
        { "https://täby.example/", "xn--" },
        { "https://bus.example/#x", "fragment" },
    };
    static const char *const good[] = {
        "https://bus.example",
        "https://bus.example:8443/hooks/outage?key=a@b",
        "http://127.0.0.1:9000/",
        "https://[2001:db8::1]/x",
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        post_unset(&post, "url");
        post_set(&post, "url", bad[i].url);
        if (!post_is_refused(&post, bad[i].says))
            fail_msg("\"%s\": %s", bad[i].url, post.error.text);
        assert_null(strstr(post.error.text, "me:secret"));
    }
    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        post_unset(&post, "url");
        post_set(&post, "url", good[i]);
        assert_true(post_is_accepted(&post));
    }
    post_clear(&post);
}

static void
test_secrets(void **state)
{
    static const char *const bad[] = {
        "",
        "hunter2",
        "whsec_",
        "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFQ==", /* 22 bytes */
        "whsec_not base64",
        SECRET "\nold",
        "whsk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
        TOO_LONG_SECRET,
    };
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        post_unset(&post, "secret_file");
        post_set(&post, "secret_file", bad[i]);
        if (!post_is_refused(&post, "secret_file: "))
            fail_msg("\"%s\" is accepted", bad[i]);
        assert_null(strstr(post.error.text, "hunter2"));
    }
    post_unset(&post, "secret_file");
    post_set(&post, "secret_file", SECRET "\n" OTHER_SECRET);
    assert_true(post_is_accepted(&post));
    post_clear(&post);
}

static void
test_answers(void **state)
{
    static const struct {
        int64_t code;
        enum outcome_kind kind;
    } rows[] = {
        { 200, OUTCOME_DELIVERED },   { 204, OUTCOME_DELIVERED },
        { 302, OUTCOME_RETRY },       { 400, OUTCOME_REFUSED },
        { 401, OUTCOME_CREDENTIALS }, { 403, OUTCOME_CREDENTIALS },
        { 404, OUTCOME_CREDENTIALS }, { 405, OUTCOME_REFUSED },
        { 410, OUTCOME_CREDENTIALS }, { 422, OUTCOME_REFUSED },
        { 429, OUTCOME_RETRY },       { 503, OUTCOME_RETRY },
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct reply reply = { .result = REPLY_ANSWERED, .code = rows[i].code };
        assert_int_equal(rows[i].kind, post_classify(&post, &reply, false)->kind);
    }
    struct reply reply = { .result = REPLY_ANSWERED, .code = 503 };
    strings_add(&reply.headers, "Retry-After: Mon, 23 Nov 2026 13:06:10 GMT");
    assert_int_equal(60000, post_classify(&post, &reply, false)->retry_after_ms);
    assert_string_equal("503 Service Unavailable", post.outcome.detail);
    reply = (struct reply){ .result = REPLY_UNKNOWN };
    assert_int_equal(OUTCOME_UNKNOWN, post_classify(&post, &reply, false)->kind);
    post_clear(&post);
}

/* By their sequences; the same bytes at every attempt. */
static void
test_what_it_covers_is_named(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_compose(&post);
    json_t *body = body_of(&post);
    assert_null(json_object_get(json_object_get(body, "data"), "covers"));
    json_decref(body);
    post_miss(&post);
    post_compose(&post);
    assert_int_equal(2, post.n_carried);
    body = body_of(&post);
    char *covers = json_dumps(json_object_get(json_object_get(body, "data"), "covers"),
                              JSON_COMPACT);
    assert_string_equal("[3,4]", covers);
    char *first = string_copy(post.request.body.data);
    post.input.now_ms += HOURS_MS;
    post.input.late = true;
    post_compose(&post);
    assert_string_equal(first, post.request.body.data);
    free(first);
    free(covers);
    json_decref(body);
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_body),
        cmocka_unit_test(test_cloud_event_in_the_body),
        cmocka_unit_test(test_cloud_event_in_headers),
        cmocka_unit_test(test_cloud_event_options),
        cmocka_unit_test(test_no_url_without_a_page),
        cmocka_unit_test(test_a_repeat_has_the_same_bytes),
        cmocka_unit_test(test_a_test_is_told_apart),
        cmocka_unit_test(test_signature_vector),
        cmocka_unit_test(test_two_secrets_sign_twice),
        cmocka_unit_test(test_the_request_is_signed),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_what_it_covers_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
