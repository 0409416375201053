/* SPDX-License-Identifier: EUPL-1.2 */
/* What a reader hears, given what that reader was told before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "policy/estimate.h"
#include "policy/notice.h"
#include "policy/recast.h"

#define NOON INT64_C(1795000000000)
#define FOUR (NOON + 4 * HOURS_MS)
#define TOLERANCE (15 * MINUTES_MS)

static struct message
message_of(enum notice notice, enum incident_status status)
{
    struct message message = { .notice = notice,
                               .written_at_ms = NOON,
                               .old_etr_at_ms = NOON - 1,
                               .old_next_word_at_ms = NOON - 2,
                               .old_planned_from_ms = NOON - 3,
                               .old_planned_to_ms = NOON - 4,
                               .next_word_at_ms = NOON + HOURS_MS };

    message.facts.has = FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS);
    message.facts.status = status;
    return message;
}

static void
set_etr(struct message *message, int64_t at_ms)
{
    message->facts.has |= FIELD_BIT(FIELD_ETR);
    message->facts.etr.at_ms = at_ms;
}

static void
set_cause(struct message *message, enum cause_code code)
{
    message->facts.has |= FIELD_BIT(FIELD_CAUSE);
    message->facts.cause.code = code;
}

static void
set_planned(struct message *message, int64_t from_ms)
{
    message->facts.has |= FIELD_BIT(FIELD_PLANNED);
    message->facts.planned.from_ms = from_ms;
    message->facts.planned.to_ms = from_ms + HOURS_MS;
}

static enum notice
recast(struct message newest, const struct message *told)
{
    message_recast(&newest, told, TOLERANCE);
    return newest.notice;
}

/* Nothing was told: the first column of the table, whatever others heard. */
static void
test_told_nothing(void **state)
{
    static const struct {
        enum notice notice;
        enum incident_status status;
        enum notice recast;
    } cases[] = {
        { NOTICE_FIRST, INCIDENT_CONFIRMED, NOTICE_FIRST },
        { NOTICE_CAUSE, INCIDENT_CONFIRMED, NOTICE_FIRST },
        { NOTICE_ETR_SET, INCIDENT_SUSPECTED, NOTICE_SUSPECTED },
        { NOTICE_ETR_CHANGED, INCIDENT_CONFIRMED, NOTICE_FIRST },
        { NOTICE_ETR_CHANGED, INCIDENT_PARTLY_RESTORED, NOTICE_PARTLY_RESTORED },
        { NOTICE_REOPENED, INCIDENT_CONFIRMED, NOTICE_FIRST },
        { NOTICE_LAPSED, INCIDENT_CONFIRMED, NOTICE_FIRST },
        { NOTICE_RESTORED, INCIDENT_RESTORED, NOTICE_RESTORED },
        { NOTICE_PLANNED_MOVED, INCIDENT_PLANNED, NOTICE_PLANNED },
        { NOTICE_PLANNED_1H, INCIDENT_PLANNED, NOTICE_PLANNED_1H },
        /* What takes back or hands on stays what it is. */
        { NOTICE_FALSE_ALARM, INCIDENT_CANCELLED, NOTICE_FALSE_ALARM },
        { NOTICE_PLANNED_OFF, INCIDENT_CANCELLED, NOTICE_PLANNED_OFF },
        { NOTICE_MERGED, INCIDENT_CONFIRMED, NOTICE_MERGED },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct message newest = message_of(cases[i].notice, cases[i].status);

        assert_int_equal(recast(newest, NULL), cases[i].recast);
    }
}

/* The status decides first. */
static void
test_status_changed(void **state)
{
    static const struct {
        enum incident_status told;
        enum notice notice;
        enum incident_status status;
        enum notice recast;
    } cases[] = {
        { INCIDENT_SUSPECTED, NOTICE_CAUSE, INCIDENT_CONFIRMED, NOTICE_FIRST },
        { INCIDENT_CONFIRMED, NOTICE_ETR_CHANGED, INCIDENT_PARTLY_RESTORED,
          NOTICE_PARTLY_RESTORED },
        { INCIDENT_RESTORED, NOTICE_CAUSE, INCIDENT_CONFIRMED, NOTICE_REOPENED },
        { INCIDENT_RESTORED, NOTICE_REOPENED, INCIDENT_CONFIRMED, NOTICE_REOPENED },
        /* It came back and went again, and this reader heard of neither. */
        { INCIDENT_CONFIRMED, NOTICE_REOPENED, INCIDENT_CONFIRMED, NOTICE_FIRST },
        { INCIDENT_CONFIRMED, NOTICE_RESTORED, INCIDENT_RESTORED, NOTICE_RESTORED },
        { INCIDENT_RESTORED, NOTICE_RESTORED, INCIDENT_RESTORED, NOTICE_RESTORED },
        { INCIDENT_PLANNED, NOTICE_CAUSE, INCIDENT_CONFIRMED, NOTICE_FIRST },
        { INCIDENT_CONFIRMED, NOTICE_LAPSED, INCIDENT_CONFIRMED, NOTICE_LAPSED },
        { INCIDENT_CANCELLED, NOTICE_PLANNED_1D, INCIDENT_PLANNED, NOTICE_PLANNED_1D },
        { INCIDENT_CONFIRMED, NOTICE_FALSE_ALARM, INCIDENT_CANCELLED,
          NOTICE_FALSE_ALARM },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct message told = message_of(NOTICE_FIRST, cases[i].told);
        struct message newest = message_of(cases[i].notice, cases[i].status);

        assert_int_equal(recast(newest, &told), cases[i].recast);
    }
}

/* Whoever was handed to another incident hears the whole when this one speaks again. */
static void
test_told_that_it_was_merged(void **state)
{
    struct message told = message_of(NOTICE_MERGED, INCIDENT_CONFIRMED);
    struct message newest = message_of(NOTICE_CAUSE, INCIDENT_CONFIRMED);

    (void)state;
    set_cause(&newest, CAUSE_TREE);
    assert_int_equal(recast(newest, &told), NOTICE_FIRST);
}

static enum notice
after_estimates(enum notice notice, int64_t told_ms, int64_t now_ms)
{
    struct message told = message_of(NOTICE_FIRST, INCIDENT_CONFIRMED);
    struct message newest = message_of(notice, INCIDENT_CONFIRMED);

    if (told_ms != 0)
        set_etr(&told, told_ms);
    if (now_ms != 0)
        set_etr(&newest, now_ms);
    return recast(newest, &told);
}

static void
test_estimates(void **state)
{
    (void)state;
    assert_int_equal(after_estimates(NOTICE_ETR_CHANGED, 0, FOUR), NOTICE_ETR_SET);
    assert_int_equal(after_estimates(NOTICE_ETR_SET, FOUR, FOUR + HOURS_MS),
                     NOTICE_ETR_CHANGED);
    assert_int_equal(after_estimates(NOTICE_FIRST, FOUR, FOUR - TOLERANCE - 1),
                     NOTICE_ETR_CHANGED);
    assert_int_equal(after_estimates(NOTICE_FIRST, FOUR, FOUR + TOLERANCE),
                     NOTICE_FIRST);
    /* When the time is what it is about, every move counts; moved back: it holds. */
    assert_int_equal(after_estimates(NOTICE_ETR_CHANGED, FOUR, FOUR + MINUTES_MS),
                     NOTICE_ETR_CHANGED);
    assert_int_equal(after_estimates(NOTICE_ETR_CHANGED, FOUR, FOUR), NOTICE_ETR_SET);
    /* A promised time has come: the time that is known since then is the news. */
    assert_int_equal(after_estimates(NOTICE_LAPSED, FOUR, FOUR + MINUTES_MS),
                     NOTICE_ETR_CHANGED);
    assert_int_equal(after_estimates(NOTICE_LAPSED, FOUR, FOUR), NOTICE_LAPSED);
    /* Withdrawn: no notice, as ever. */
    assert_int_equal(after_estimates(NOTICE_FIRST, FOUR, 0), NOTICE_FIRST);
}

static void
test_cause(void **state)
{
    struct message told = message_of(NOTICE_FIRST, INCIDENT_CONFIRMED);
    struct message newest = message_of(NOTICE_FIRST, INCIDENT_CONFIRMED);

    (void)state;
    set_cause(&told, CAUSE_UNKNOWN);
    set_cause(&newest, CAUSE_TREE);
    assert_int_equal(recast(newest, &told), NOTICE_CAUSE);
    /* A small move beside it is told along. */
    set_etr(&told, FOUR);
    set_etr(&newest, FOUR + MINUTES_MS);
    newest.notice = NOTICE_ETR_CHANGED;
    assert_int_equal(recast(newest, &told), NOTICE_CAUSE);
    /* The estimate goes before the cause. */
    set_etr(&newest, FOUR + HOURS_MS);
    assert_int_equal(recast(newest, &told), NOTICE_ETR_CHANGED);
}

static void
test_plans(void **state)
{
    struct message told = message_of(NOTICE_PLANNED, INCIDENT_PLANNED);
    struct message newest = message_of(NOTICE_PLANNED_1D, INCIDENT_PLANNED);

    (void)state;
    set_planned(&told, FOUR);
    set_planned(&newest, FOUR);
    assert_int_equal(recast(newest, &told), NOTICE_PLANNED_1D);
    newest.notice = NOTICE_PLANNED_MOVED; /* there and back */
    assert_int_equal(recast(newest, &told), NOTICE_PLANNED);
    set_planned(&newest, FOUR + DAYS_MS);
    newest.notice = NOTICE_PLANNED_1D;
    message_recast(&newest, &told, TOLERANCE);
    assert_int_equal(newest.notice, NOTICE_PLANNED_MOVED);
    assert_true(newest.old_planned_from_ms == FOUR);
    assert_true(newest.old_planned_to_ms == FOUR + HOURS_MS);
}

static void
test_we_said_is_what_this_reader_was_told(void **state)
{
    struct message told = message_of(NOTICE_FIRST, INCIDENT_CONFIRMED);
    struct message newest = message_of(NOTICE_ETR_CHANGED, INCIDENT_CONFIRMED);

    (void)state;
    set_etr(&told, FOUR);
    told.next_word_at_ms = NOON + 7;
    set_etr(&newest, FOUR + HOURS_MS);
    message_recast(&newest, &told, TOLERANCE);
    assert_true(newest.old_etr_at_ms == FOUR);
    assert_true(newest.old_next_word_at_ms == NOON + 7);
    message_recast(&newest, NULL, TOLERANCE);
    assert_true(newest.old_etr_at_ms == TIME_NONE);
    assert_true(newest.old_next_word_at_ms == TIME_NONE);
    assert_true(newest.old_planned_from_ms == TIME_NONE);
    assert_true(newest.old_planned_to_ms == TIME_NONE);
}

/* What takes back keeps what it takes back, where nothing is known to be told. */
static void
test_retraction_keeps_what_it_takes_back(void **state)
{
    struct message newest = message_of(NOTICE_PLANNED_OFF, INCIDENT_CANCELLED);

    (void)state;
    message_recast(&newest, NULL, TOLERANCE);
    assert_true(newest.old_planned_from_ms == NOON - 3);
}

static void
test_alarm_is_untouched(void **state)
{
    struct message newest = message_of(NOTICE_ALARM, INCIDENT_PLANNED);

    (void)state;
    message_recast(&newest, NULL, TOLERANCE);
    assert_int_equal(newest.notice, NOTICE_ALARM);
    assert_true(newest.old_etr_at_ms == NOON - 1);
}

static void
test_burst(void **state)
{
    struct message newest = message_of(NOTICE_FIRST, INCIDENT_CONFIRMED);
    struct message earlier = message_of(NOTICE_CAUSE, INCIDENT_CONFIRMED);

    (void)state;
    earlier.written_at_ms = NOON - 60 * SECONDS_MS;
    assert_true(recast_carries(&newest, &earlier, 10 * SECONDS_MS));
    earlier.written_at_ms--;
    assert_false(recast_carries(&newest, &earlier, 10 * SECONDS_MS));
    assert_true(recast_carries(&newest, &earlier, 2 * MINUTES_MS));
    /* What is no account of how it stands is told by itself, and tells nothing else. */
    earlier.written_at_ms = NOON;
    earlier.notice = NOTICE_MERGED;
    assert_false(recast_carries(&newest, &earlier, 10 * SECONDS_MS));
    earlier.notice = NOTICE_FIRST;
    newest.notice = NOTICE_MERGED;
    assert_false(recast_carries(&newest, &earlier, 10 * SECONDS_MS));
}

static void
test_moves(void **state)
{
    (void)state;
    assert_false(estimate_moved(FOUR, FOUR, 0));
    assert_true(estimate_moved(FOUR, FOUR + 1, 0));
    assert_true(estimate_moved(FOUR, FOUR - 1, 0));
    assert_false(estimate_moved(FOUR, FOUR + 5, 5));
    assert_true(estimate_moved(FOUR, FOUR - 6, 5));
    assert_true(estimate_moved(FOUR, FOUR, ESTIMATE_IS_NEWS));
    assert_false(estimate_moved(0, FOUR, INT64_MAX));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_told_nothing),
        cmocka_unit_test(test_status_changed),
        cmocka_unit_test(test_told_that_it_was_merged),
        cmocka_unit_test(test_estimates),
        cmocka_unit_test(test_cause),
        cmocka_unit_test(test_plans),
        cmocka_unit_test(test_we_said_is_what_this_reader_was_told),
        cmocka_unit_test(test_retraction_keeps_what_it_takes_back),
        cmocka_unit_test(test_alarm_is_untouched),
        cmocka_unit_test(test_burst),
        cmocka_unit_test(test_moves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
