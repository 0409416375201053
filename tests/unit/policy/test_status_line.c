/* SPDX-License-Identifier: EUPL-1.2 */
/* The one line that says whether all is well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "policy/status_line.h"

static const int64_t now_ms = INT64_C(1795439100000);

/* A report with n channels that are up. */
static struct daemon_report
well(size_t n)
{
    static const char *const names[] = { "page", "bus", "mail", "sms", "feed" };
    struct daemon_report report = { .oldest_ms = TIME_NONE, .incidents = 3 };

    report.channels = memory_array(n, sizeof(*report.channels));
    report.n_channels = n;
    for (size_t i = 0; i < n; i++) {
        report.channels[i].name = string_copy(names[i]);
        report.channels[i].state = CHANNEL_UP;
        report.channels[i].since_ms = TIME_NONE;
    }
    return report;
}

static void
assert_line(struct daemon_report *report, bool ok, const char *line)
{
    status_line(report, now_ms);
    assert_string_equal(report->line, line);
    assert_int_equal(report->ok, ok);
    daemon_report_clear(report);
}

static void
all_is_well(void **state)
{
    struct daemon_report report = well(5);

    (void)state;
    assert_line(&report, true, "ok: 3 incidents, 0 waiting, 5/5 channels up");
}

static struct alarm
some_alarm(enum alarm_kind kind, const char *subject, const char *cause)
{
    return (struct alarm){ .kind = kind,
                           .ended_at_ms = TIME_NONE,
                           .subject = string_copy(subject),
                           .cause = string_copy(cause) };
}

static void
an_alarm_is_said_where_nothing_else_says_it(void **state)
{
    struct daemon_report report = well(2);

    (void)state;
    *alarms_add(&report.alarms) = some_alarm(ALARM_UNDELIVERABLE, "mail", "");
    assert_line(&report, true, "ok: 3 incidents, 0 waiting, 2/2 channels up");
    report = well(2);
    *alarms_add(&report.alarms) = some_alarm(ALARM_UNDELIVERABLE, "mail", "");
    *alarms_add(&report.alarms) = some_alarm(ALARM_DISK_LOW, "", "9M free");
    *alarms_add(&report.alarms) = some_alarm(ALARM_REDIRECTS, "bus", "");
    /* Gone, and not said to be over yet: no trouble any more. */
    *alarms_add(&report.alarms) = some_alarm(ALARM_SPOOL, "oms", "");
    report.alarms.items[report.alarms.count - 1].ended_at_ms = 1;
    assert_line(&report, false,
                "degraded: alarm disk_low (9M free), alarm redirects bus, 0 waiting; "
                "2/2 channels up");
    report = well(2);
    report.parked = 1;
    *alarms_add(&report.alarms) = some_alarm(ALARM_PARKED, "bus", "422");
    assert_line(&report, false, "degraded: 1 parked, 0 waiting; 2/2 channels up");
}

static void
a_little_waiting_is_well(void **state)
{
    struct daemon_report report = well(2);

    (void)state;
    report.waiting = 4;
    report.oldest_ms = now_ms - 4 * MINUTES_MS;
    assert_line(&report, true, "ok: 3 incidents, 4 waiting, 2/2 channels up");
}

static void
a_channel_is_down(void **state)
{
    struct daemon_report report = well(5);

    (void)state;
    report.channels[2].state = CHANNEL_DOWN;
    report.channels[2].since_ms = now_ms - 14 * MINUTES_MS;
    report.channels[2].last_error = string_copy("connection refused");
    report.waiting = 212;
    report.oldest_ms = now_ms - 13 * MINUTES_MS;
    assert_line(
        &report, false,
        "degraded: mail down 14 min (connection refused), 212 waiting, oldest 13 "
        "min; 4/5 channels up");
}

static void
something_is_parked(void **state)
{
    struct daemon_report report = well(1);

    (void)state;
    report.parked = 2;
    assert_line(&report, false, "degraded: 2 parked, 0 waiting; 1/1 channels up");
}

static void
waiting_too_long_is_trouble(void **state)
{
    struct daemon_report report = well(1);

    (void)state;
    report.waiting = 1;
    report.oldest_ms = now_ms - 5 * MINUTES_MS;
    assert_line(&report, false, "degraded: 1 waiting, oldest 5 min; 1/1 channels up");
}

static void
a_note_is_told(void **state)
{
    struct daemon_report report = well(1);

    (void)state;
    strings_add(&report.notes, "spool oms: the folder is gone");
    assert_line(&report, false,
                "degraded: spool oms: the folder is gone, 0 waiting; 1/1 channels up");
}

static void
many_down_are_counted(void **state)
{
    struct daemon_report report = well(5);

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        report.channels[i].state = CHANNEL_PAUSED;
    }
    assert_line(
        &report, false,
        "degraded: page paused, bus paused, mail paused and 2 more, 0 waiting; 0/5 "
        "channels up");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_well),
        cmocka_unit_test(an_alarm_is_said_where_nothing_else_says_it),
        cmocka_unit_test(a_little_waiting_is_well),
        cmocka_unit_test(a_channel_is_down),
        cmocka_unit_test(something_is_parked),
        cmocka_unit_test(waiting_too_long_is_trouble),
        cmocka_unit_test(a_note_is_told),
        cmocka_unit_test(many_down_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
