/* SPDX-License-Identifier: EUPL-1.2 */
/* The shapes of /v1/status and /v1/channels. */
#include "answers_fixture.h"

static char mail[] = "mail", email[] = "email", refused[] = "connection refused";
static char bus[] = "bus", webhook[] = "webhook", line[] = "degraded: mail down";

static struct channel_report channels[] = {
    { .name = mail,
      .driver = email,
      .state = CHANNEL_DOWN,
      .since_ms = T0 - MINUTES_MS,
      .waiting = 3,
      .parked = 1,
      .oldest_ms = T0 - 90500,
      .next_due_ms = T0 + 5000,
      .last_success_ms = T0 - HOURS_MS,
      .last_error = refused,
      .live = true },
    { .name = bus,
      .driver = webhook,
      .state = CHANNEL_UP,
      .since_ms = TIME_NONE,
      .oldest_ms = TIME_NONE,
      .next_due_ms = TIME_NEVER,
      .last_success_ms = TIME_NONE },
};
static const struct daemon_report report = { .line = line,
                                             .ok = false,
                                             .started_at_ms = T0 - HOURS_MS,
                                             .incidents = 2,
                                             .waiting = 3,
                                             .parked = 1,
                                             .oldest_ms = T0 - 90500,
                                             .waiting_events = 4,
                                             .unrouted = 5,
                                             .channels = channels,
                                             .n_channels = 2 };

static void
test_status(void **state)
{
    struct daemon_report noted = report;
    json_t *answer, *alarm;

    (void)state;
    strings_add(&noted.notes, "the spool \"oms\" cannot be read");
    *alarms_add(&noted.alarms) =
        (struct alarm){ .kind = ALARM_SPOOL,
                        .subject = string_copy("oms"),
                        .cause = string_copy("Permission denied"),
                        .raised_at_ms = T0 - HOURS_MS,
                        .told_at_ms = T0,
                        .times = 4 };
    answer = status_answer(&noted, T0);
    strings_clear(&noted.notes);
    alarms_clear(&noted.alarms);
    alarm = item(answer, "alarms", 0);
    assert_string_equal(text_at(alarm, "kind"), "spool");
    assert_string_equal(text_at(alarm, "subject"), "oms");
    assert_string_equal(text_at(alarm, "cause"), "Permission denied");
    assert_string_equal(text_at(alarm, "since"), "2023-11-14T21:13:20Z");
    assert_int_equal(number_at(alarm, "times"), 4);
    assert_string_equal(text_at(answer, "line"), "degraded: mail down");
    assert_true(json_is_false(json_object_get(answer, "ok")));
    assert_string_equal(text_at(answer, "version"), BUDKAVLE_VERSION);
    assert_string_equal(text_at(answer, "started_at"), "2023-11-14T21:13:20Z");
    assert_int_equal(number_at(answer, "incidents"), 2);
    assert_int_equal(number_at(answer, "waiting"), 3);
    assert_int_equal(number_at(answer, "parked"), 1);
    assert_int_equal(number_at(answer, "oldest_seconds"), 90);
    assert_int_equal(number_at(answer, "waiting_events"), 4);
    assert_int_equal(number_at(answer, "unrouted"), 5);
    assert_int_equal(count_in(answer, "notes"), 1);
    assert_int_equal(count_in(answer, "channels"), 2);
    json_decref(answer);
}

static void
test_channels(void **state)
{
    json_t *answer = channels_answer(&report, T0);
    json_t *channel = item(answer, "channels", 0);

    (void)state;
    assert_true(is_last_page(answer));
    assert_string_equal(text_at(channel, "name"), "mail");
    assert_string_equal(text_at(channel, "driver"), "email");
    assert_string_equal(text_at(channel, "state"), "down");
    assert_string_equal(text_at(channel, "since"), "2023-11-14T22:12:20Z");
    assert_int_equal(number_at(channel, "waiting"), 3);
    assert_int_equal(number_at(channel, "parked"), 1);
    assert_int_equal(number_at(channel, "oldest_seconds"), 90);
    assert_string_equal(text_at(channel, "next_due_at"), "2023-11-14T22:13:25Z");
    assert_string_equal(text_at(channel, "last_success_at"), "2023-11-14T21:13:20Z");
    assert_string_equal(text_at(channel, "last_error"), "connection refused");
    assert_true(json_is_true(json_object_get(channel, "live")));
    json_decref(answer);
}

/* What is not known is absent, never null; ages are 0. */
static void
test_unknown_is_absent(void **state)
{
    static const char *const absent[] = { "since", "next_due_at", "last_success_at",
                                          "last_error" };
    json_t *answer = channels_answer(&report, T0);
    json_t *channel = item(answer, "channels", 1);

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(absent); i++) {
        assert_false(has_key(channel, absent[i]));
    }
    assert_int_equal(number_at(channel, "oldest_seconds"), 0);
    json_decref(answer);
}

/* A clock that was set back gives no negative age. */
static void
test_age_is_never_negative(void **state)
{
    json_t *answer = status_answer(&report, T0 - HOURS_MS);

    (void)state;
    assert_int_equal(number_at(answer, "oldest_seconds"), 0);
    json_decref(answer);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_channels),
        cmocka_unit_test(test_unknown_is_absent),
        cmocka_unit_test(test_age_is_never_negative),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
