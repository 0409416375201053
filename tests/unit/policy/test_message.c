/* SPDX-License-Identifier: EUPL-1.2 */
/* Tests of message_make and of the reminders of planned work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "policy/notice.h"

#include <stdio.h>
#include <string.h>

#define NOON INT64_C(1795000000000)

static void
begin(struct incident *incident, enum incident_status status)
{
    memset(incident, 0, sizeof(*incident));
    incident_begin(incident, "oms", "OMS-1", NOON);
    snprintf(incident->id, sizeof(incident->id), "i_abc");
    incident->row = 12;
    incident->exists = true;
    incident->facts.has = FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS);
    incident->facts.kind = KIND_POWER;
    incident->facts.status = status;
    incident->newest = (struct stamp){ true, true, 7, NOON - 5, 3 };
}

static void
set_planned(struct incident *incident, int64_t from_ms, int64_t to_ms)
{
    incident->facts.has |= FIELD_BIT(FIELD_PLANNED);
    incident->facts.planned.from_ms = from_ms;
    incident->facts.planned.to_ms = to_ms;
}

static void
set_etr(struct incident *incident, int64_t at_ms)
{
    incident->facts.has |= FIELD_BIT(FIELD_ETR);
    incident->facts.etr.at_ms = at_ms;
}

static void
test_first_message(void **state)
{
    struct incident incident;
    struct message message = { 0 };

    (void)state;
    begin(&incident, INCIDENT_CONFIRMED);
    set_etr(&incident, NOON + HOURS_MS);
    message_make(&incident, NOTICE_FIRST, 45 * MINUTES_MS, NULL, NOON, &message);
    assert_int_equal(message.sequence, 1);
    assert_int_equal(message.incident_row, 12);
    assert_int_equal(message.notice, NOTICE_FIRST);
    assert_int_equal(message.priority, PRIORITY_NORMAL);
    assert_true(message.written_at_ms == NOON);
    assert_string_equal(message.incident_id, "i_abc");
    assert_string_equal(message.source, "oms");
    assert_string_equal(message.incident, "OMS-1");
    assert_int_equal(message.revision, 7);
    assert_true(message.at_ms == NOON - 5);
    assert_true(message.old_etr_at_ms == TIME_NONE);
    assert_true(message.old_planned_from_ms == TIME_NONE);
    assert_true(message.next_word_at_ms == NOON + 45 * MINUTES_MS);
    assert_string_equal(message.merged_into_id, "");
    assert_true(message.facts.etr.at_ms == NOON + HOURS_MS);
    assert_true(incident.said.anything);
    assert_int_equal(incident.said.status, INCIDENT_CONFIRMED);
    assert_true(incident.said.etr_at_ms == NOON + HOURS_MS);
    message_clear(&message);
    incident_clear(&incident);
}

static void
test_says_what_was_said_before(void **state)
{
    struct incident incident;
    struct message first = { 0 };
    struct message second = { 0 };

    (void)state;
    begin(&incident, INCIDENT_CONFIRMED);
    set_etr(&incident, NOON + HOURS_MS);
    message_make(&incident, NOTICE_FIRST, HOURS_MS, NULL, NOON, &first);
    set_etr(&incident, NOON + 3 * HOURS_MS);
    message_make(&incident, NOTICE_ETR_CHANGED, HOURS_MS, NULL, NOON + 1, &second);
    assert_int_equal(second.sequence, 2);
    assert_true(second.old_etr_at_ms == NOON + HOURS_MS);
    assert_true(second.facts.etr.at_ms == NOON + 3 * HOURS_MS);
    assert_true(first.facts.etr.at_ms == NOON + HOURS_MS); /* a snapshot */
    message_clear(&first);
    message_clear(&second);
    incident_clear(&incident);
}

static void
test_next_word(void **state)
{
    static const struct {
        enum notice notice;
        int64_t senders; /* 0: none */
        int64_t planned_from;
        int64_t expected;
    } cases[] = {
        { NOTICE_FIRST, 0, 0, NOON + HOURS_MS },
        { NOTICE_FIRST, NOON + 5, 0, NOON + 5 },
        { NOTICE_FIRST, NOON - 5, 0, NOON + HOURS_MS },
        { NOTICE_RESTORED, NOON + 5, 0, TIME_NONE },
        { NOTICE_FALSE_ALARM, 0, 0, TIME_NONE },
        { NOTICE_MERGED, 0, 0, TIME_NONE },
        { NOTICE_PLANNED_OFF, 0, NOON + DAYS_MS, TIME_NONE },
        { NOTICE_PLANNED, 0, NOON + DAYS_MS, NOON + DAYS_MS },
        { NOTICE_PLANNED_1H, 0, NOON + MINUTES_MS, NOON + MINUTES_MS },
        { NOTICE_PLANNED, 0, NOON - 1, NOON + 2 * DAYS_MS },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct incident incident;
        struct message message = { 0 };

        begin(&incident, INCIDENT_CONFIRMED);
        if (cases[i].senders != 0) {
            incident.facts.has |= FIELD_BIT(FIELD_NEXT_WORD_AT);
            incident.facts.next_word_at_ms = cases[i].senders;
        }
        if (cases[i].planned_from != 0)
            set_planned(&incident, cases[i].planned_from, NOON + 2 * DAYS_MS);
        message_make(&incident, cases[i].notice, HOURS_MS, NULL, NOON, &message);
        assert_true(message.next_word_at_ms == cases[i].expected);
        message_clear(&message);
        incident_clear(&incident);
    }
}

static void
test_merged_names_the_other(void **state)
{
    struct incident incident;
    struct message message = { 0 };

    (void)state;
    begin(&incident, INCIDENT_CONFIRMED);
    incident.newest.has_revision = false;
    message_make(&incident, NOTICE_MERGED, HOURS_MS, "i_other", NOON, &message);
    assert_string_equal(message.merged_into_id, "i_other");
    assert_int_equal(message.revision, -1);
    assert_true(incident.said.merged);
    message_clear(&message);
    incident_clear(&incident);
}

/* After a message nothing is news until something changes. */
static void
test_what_was_said_is_no_news(void **state)
{
    const struct change change = { .existed = true };

    (void)state;
    for (int status = 0; status < INCIDENT_STATUS_COUNT; status++) {
        struct incident incident;
        struct message message = { 0 };

        begin(&incident, (enum incident_status)status);
        set_etr(&incident, NOON + HOURS_MS);
        set_planned(&incident, NOON + DAYS_MS, NOON + 2 * DAYS_MS);
        incident.facts.has |= FIELD_BIT(FIELD_CAUSE);
        incident.facts.cause.code = CAUSE_STORM;
        message_make(&incident, NOTICE_FIRST, HOURS_MS, NULL, NOON, &message);
        assert_int_equal(
            notice_decide(&incident, &change, 15 * MINUTES_MS, NOON).notice,
            NOTICE_NONE);
        message_clear(&message);
        incident_clear(&incident);
    }
}

/* Walks the reminders from the announcement on and notes when each was said. */
static size_t
walk_reminders(struct incident *incident, int64_t announced_at, enum notice said[8],
               int64_t at[8])
{
    struct message message = { 0 };
    size_t n = 0;
    int64_t now = announced_at;

    message_make(incident, NOTICE_PLANNED, HOURS_MS, NULL, now, &message);
    message_clear(&message);
    while ((now = notice_next_check(incident, now)) != TIME_NEVER) {
        enum notice notice = notice_due(incident, now);

        assert_true(n < 8);
        assert_int_not_equal(notice, NOTICE_NONE);
        assert_int_equal(notice_due(incident, now - 1), NOTICE_NONE);
        said[n] = notice;
        at[n++] = now;
        message_make(incident, notice, HOURS_MS, NULL, now, &message);
        message_clear(&message);
    }
    return n;
}

static void
test_reminders_of_planned_work(void **state)
{
    struct incident incident;
    enum notice said[8];
    int64_t at[8];
    int64_t from = NOON + 10 * DAYS_MS;

    (void)state;
    begin(&incident, INCIDENT_PLANNED);
    set_planned(&incident, from, from + HOURS_MS);
    assert_true(notice_next_check(&incident, NOON) == TIME_NEVER); /* not announced */
    /* Its beginning, and then nobody says that it is over. */
    assert_int_equal(walk_reminders(&incident, NOON, said, at), 7);
    assert_int_equal(said[0], NOTICE_PLANNED_3D);
    assert_int_equal(said[1], NOTICE_PLANNED_1D);
    assert_int_equal(said[2], NOTICE_PLANNED_1H);
    assert_true(at[0] == from - 3 * DAYS_MS);
    assert_true(at[1] == from - DAYS_MS);
    assert_true(at[2] == from - HOURS_MS);
    assert_int_equal(said[3], NOTICE_PLANNED_STARTED);
    assert_true(at[3] == from);
    for (size_t i = 4; i < 7; i++) {
        assert_int_equal(said[i], NOTICE_LAPSED);
        assert_true(at[i] == from + (int64_t)(i - 3) * HOURS_MS);
    }
    incident_clear(&incident);
}

static void
test_announced_late_has_fewer_reminders(void **state)
{
    struct incident incident;
    enum notice said[8];
    int64_t at[8];

    (void)state;
    begin(&incident, INCIDENT_PLANNED);
    /* The moment of 3D is half an hour back: the announcement says it. */
    set_planned(&incident, NOON + 3 * DAYS_MS - 30 * MINUTES_MS, NOON + 4 * DAYS_MS);
    assert_int_equal(walk_reminders(&incident, NOON, said, at), 6);
    assert_int_equal(said[0], NOTICE_PLANNED_1D);
    assert_int_equal(said[1], NOTICE_PLANNED_1H);
    assert_int_equal(said[2], NOTICE_PLANNED_STARTED);
    incident_clear(&incident);
}

static void
test_missed_reminders_are_passed_over(void **state)
{
    struct incident incident;
    struct message message = { 0 };
    int64_t from = NOON + 10 * DAYS_MS;

    (void)state;
    begin(&incident, INCIDENT_PLANNED);
    set_planned(&incident, from, from + HOURS_MS);
    message_make(&incident, NOTICE_PLANNED, HOURS_MS, NULL, NOON, &message);
    assert_int_equal(notice_due(&incident, from - 3 * DAYS_MS + HOURS_MS),
                     NOTICE_PLANNED_3D);
    assert_int_equal(notice_due(&incident, from - 3 * DAYS_MS + HOURS_MS + 1),
                     NOTICE_NONE);
    assert_true(notice_next_check(&incident, from - 2 * DAYS_MS) == from - DAYS_MS);
    assert_true(notice_next_check(&incident, from + 1) == from);
    /* Too late for its beginning; its end is a promise all the same. */
    assert_true(notice_next_check(&incident, from + HOURS_MS + 1) == from + HOURS_MS);
    incident.facts.status = INCIDENT_CANCELLED;
    assert_int_equal(notice_due(&incident, from - DAYS_MS), NOTICE_NONE);
    message_clear(&message);
    incident_clear(&incident);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_message),
        cmocka_unit_test(test_says_what_was_said_before),
        cmocka_unit_test(test_next_word),
        cmocka_unit_test(test_merged_names_the_other),
        cmocka_unit_test(test_what_was_said_is_no_news),
        cmocka_unit_test(test_reminders_of_planned_work),
        cmocka_unit_test(test_announced_late_has_fewer_reminders),
        cmocka_unit_test(test_missed_reminders_are_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
