/* SPDX-License-Identifier: EUPL-1.2 */
/* Alarms about the daemon itself through the drivers that carry single messages. */
#include "test_delivery_fixture.h"

#include <jansson.h>

static void
init(struct post *post, const char *driver, enum notice notice)
{
    struct message *message = &post->message;

    post_init(post, driver);
    facts_clear(&message->facts);
    message->notice = notice;
    message->alarm = (struct alarm){ .kind = ALARM_UNDELIVERABLE,
                                     .subject = string_copy("people"),
                                     .cause = string_copy(""),
                                     .raised_at_ms = moment("2026-11-23T13:00:00Z"),
                                     .told_at_ms = message->written_at_ms,
                                     .ended_at_ms = TIME_NONE,
                                     .times = 2,
                                     .counted = 7 };
}

static void
test_webhook(void **state)
{
    struct post post;
    json_t *body, *data, *alarm;

    (void)state;
    init(&post, "webhook", NOTICE_ALARM);
    post_set(&post, "url", "https://bus.example/hooks/outage");
    post_compose(&post);
    body = json_loadb(post.request.body.data, post.request.body.len, 0, NULL);
    data = json_object_get(body, "data");
    alarm = json_object_get(data, "alarm");
    assert_string_equal(json_string_value(json_object_get(body, "type")),
                        "daemon.alarm");
    assert_string_equal(json_string_value(json_object_get(data, "notice")), "alarm");
    assert_int_equal(json_integer_value(json_object_get(data, "sequence")), 2);
    assert_int_equal(json_integer_value(json_object_get(data, "previous")), 1);
    assert_null(json_object_get(data, "incident"));
    assert_null(json_object_get(data, "url"));
    assert_string_equal(json_string_value(json_object_get(alarm, "kind")),
                        "undeliverable");
    assert_string_equal(json_string_value(json_object_get(alarm, "subject")), "people");
    assert_string_equal(json_string_value(json_object_get(alarm, "since")),
                        "2026-11-23T13:00:00Z");
    assert_int_equal(json_integer_value(json_object_get(alarm, "count")), 7);
    assert_int_equal(json_integer_value(json_object_get(alarm, "times")), 2);
    assert_true(json_is_false(json_object_get(alarm, "over")));
    assert_null(json_object_get(alarm, "cause"));
    assert_non_null(json_object_get(json_object_get(data, "texts"), "sv"));
    json_decref(body);
    post_clear(&post);
}

static bool
has(const struct post *post, const char *words)
{
    return memmem(post->request.body.data, post->request.body.len, words,
                  strlen(words)) != NULL;
}

static void
test_email(void **state)
{
    struct post post;

    (void)state;
    init(&post, "email", NOTICE_ALARM_OVER);
    post_set(&post, "relay", "smtp://127.0.0.1:25");
    post_set(&post, "from", "drift@example.se");
    post_set(&post, "to", "jour@example.se");
    post.input.recipient = "jour@example.se";
    post.input.previous_ids = "m_before";
    post.input.catalogues = &post.catalogues[1];
    post.input.n_catalogues = 1;
    post_compose(&post);
    assert_true(
        has(&post, "Subject: Budkavle: No new dead addresses on channel people"));
    assert_true(has(&post, "In-Reply-To: <m_before."));
    assert_true(has(&post, "Content-Type: text/plain"));
    assert_true(has(&post, "Content-Type: text/html"));
    /* Nothing of an incident: there is none. */
    assert_false(has(&post, "<table"));
    assert_false(has(&post, "drift.example.se/incident"));
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_webhook),
        cmocka_unit_test(test_email),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
