/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The metrics as Prometheus reads them: values, escapes, whole histograms, and what
 * promtool says where it is installed.
 */
#include "answers_fixture.h"

static char mail[] = "mail", bus[] = "bus";
static struct channel_report channels[] = {
    { .name = mail, .state = CHANNEL_DOWN },
    { .name = bus, .state = CHANNEL_UP },
};
static struct alarm alarms[] = {
    { .kind = ALARM_PARKED, .subject = mail, .cause = bus },
    { .kind = ALARM_PARKED, .subject = mail, .cause = mail },
};
static const struct daemon_report report = { .alarms = { alarms, 2 },
                                             .channels = channels,
                                             .n_channels = 2 };

static char *
format(struct store *store, const struct metrics *metrics)
{
    struct buffer out = { 0 };

    metrics_format(metrics, &report, store, T0 + 90500, &out);
    return buffer_take(&out);
}

static void
assert_line(const char *text, const char *expected)
{
    char *line = string_format("\n%s\n", expected);

    if (strstr(text, line) == NULL) {
        fail_msg("no line %s in:\n%s", expected, text);
    }
    free(line);
}

/* Two counters, both histograms, a queue on "mail" and on "old", which is not configured
 * any more; its text. Caller frees. */
static char *
format_sample(struct store *store)
{
    struct metrics metrics;
    int64_t incident, message;
    char *text;

    metrics_init(&metrics);
    counters_add(&metrics.events, "oms", "applied", 7);
    counters_add(&metrics.deliveries, "mail", "delivered", 12);
    histogram_add(&metrics.event_to_delivery, 0.2);
    histogram_add(&metrics.event_to_delivery, 7200);
    histogram_add(&metrics.commit, 0.0031);
    store_begin(store);
    incident = add_known_incident(store, "I-1");
    add_waiting_incident(store, "I-2");
    message = add_known_message(store, incident, 1);
    add_delivery(store, message, incident, 1, "mail", NULL, NULL);
    add_delivery(store, message, incident, 1, "old", NULL, NULL);
    commit(store);
    text = format(store, &metrics);
    metrics_clear(&metrics);
    return text;
}

static void
test_values(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    char *text = format_sample(store);

    assert_line(text, "budkavle_build_info{version=\"" BUDKAVLE_VERSION "\"} 1");
    assert_line(text, "budkavle_events_total{source=\"oms\",result=\"applied\"} 7");
    assert_line(text,
                "budkavle_deliveries_total{channel=\"mail\",result=\"delivered\"} 12");
    assert_line(text, "budkavle_incidents{state=\"confirmed\"} 1");
    assert_line(text, "budkavle_incidents{state=\"restored\"} 0");
    assert_line(text, "budkavle_incidents{state=\"waiting\"} 1");
    assert_line(text, "budkavle_queue_messages{channel=\"mail\",state=\"pending\"} 1");
    assert_line(text, "budkavle_queue_messages{channel=\"mail\",state=\"parked\"} 0");
    assert_line(text, "budkavle_queue_messages{channel=\"bus\",state=\"pending\"} 0");
    assert_line(text, "budkavle_queue_messages{channel=\"old\",state=\"pending\"} 1");
    assert_line(text, "budkavle_queue_oldest_seconds{channel=\"mail\"} 90.5");
    assert_line(text, "budkavle_queue_oldest_seconds{channel=\"bus\"} 0");
    assert_line(text, "budkavle_channel_up{channel=\"mail\"} 0");
    assert_line(text, "budkavle_channel_up{channel=\"bus\"} 1");
    assert_line(text, "budkavle_alarms{kind=\"parked\"} 2");
    assert_line(text, "budkavle_alarms{kind=\"crashes\"} 0");
    assert_line(text, "budkavle_configuration_last_good 0");
    assert_null(strstr(text, "state=\"delivered\""));
    assert_null(strstr(text, "channel_up{channel=\"old\""));
    free(text);
}

static void
test_histograms_are_whole(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    char *text = format_sample(store);

    assert_line(text, "# TYPE budkavle_event_to_delivery_seconds histogram");
    assert_line(text, "budkavle_event_to_delivery_seconds_bucket{le=\"0.1\"} 0");
    assert_line(text, "budkavle_event_to_delivery_seconds_bucket{le=\"0.25\"} 1");
    assert_line(text, "budkavle_event_to_delivery_seconds_bucket{le=\"3600\"} 1");
    assert_line(text, "budkavle_event_to_delivery_seconds_bucket{le=\"+Inf\"} 2");
    assert_line(text, "budkavle_event_to_delivery_seconds_sum 7200.2");
    assert_line(text, "budkavle_event_to_delivery_seconds_count 2");
    assert_line(text, "budkavle_commit_seconds_bucket{le=\"0.0005\"} 0");
    assert_line(text, "budkavle_commit_seconds_bucket{le=\"0.005\"} 1");
    assert_line(text, "budkavle_commit_seconds_bucket{le=\"+Inf\"} 1");
    assert_line(text, "budkavle_commit_seconds_sum 0.0031");
    assert_line(text, "budkavle_commit_seconds_count 1");
    free(text);
}

static void
test_label_values_are_escaped(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct metrics metrics;
    char *text;

    metrics_init(&metrics);
    counters_add(&metrics.events, "a\"b\\c\nd", "applied", 1);
    text = format(store, &metrics);
    assert_line(
        text, "budkavle_events_total{source=\"a\\\"b\\\\c\\nd\",result=\"applied\"} 1");
    free(text);
    metrics_clear(&metrics);
}

/* Every family is announced once, before its samples; every sample has a number. */
static void
test_every_line_is_well_formed(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    char *text = format_sample(store);
    char family[80] = "";
    char *rest = text;

    for (char *line = strsep(&rest, "\n"); line != NULL && *line != '\0';
         line = strsep(&rest, "\n")) {
        if (strncmp(line, "# HELP ", 7) == 0) {
            (void)snprintf(family, sizeof(family), "%.*s", (int)strcspn(line + 7, " "),
                           line + 7);
        } else if (strncmp(line, "# TYPE ", 7) == 0) {
            assert_memory_equal(line + 7, family, strlen(family));
        } else {
            const char *value = strrchr(line, ' ');
            char *end;

            assert_memory_equal(line, family, strlen(family));
            assert_non_null(value);
            (void)strtod(value, &end);
            assert_true(end > value + 1 && *end == '\0');
        }
    }
    assert_true(rest == NULL || *rest == '\0');
    free(text);
}

static void
check_with_promtool(const char *text)
{
    FILE *promtool = popen("promtool check metrics", "w");

    assert_non_null(promtool);
    assert_true(fputs(text, promtool) >= 0);
    assert_int_equal(pclose(promtool), 0);
}

static void
test_promtool_agrees(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct metrics metrics;
    char *text;

    if (system("command -v promtool >/dev/null 2>&1") != 0) {
        skip();
    }
    metrics_init(&metrics);
    text = format(store, &metrics); /* nothing has happened yet */
    check_with_promtool(text);
    free(text);
    metrics_clear(&metrics);
    text = format_sample(store);
    check_with_promtool(text);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_values),
        TEST(test_histograms_are_whole),
        TEST(test_label_values_are_escaped),
        TEST(test_every_line_is_well_formed),
        TEST(test_promtool_agrees),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
