/* SPDX-License-Identifier: EUPL-1.2 */
/* What a reader missed, said with the times when it was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/missed.h"

#include "message_fixture.h"

static struct missed missed;
static struct strings lines;

static void
miss(size_t count, size_t n_newest)
{
    missed_clear(&missed);
    missed.count = count;
    missed.from_ms = moment("2026-11-22T23:15:00+01:00");
    missed.newest = memory_array(n_newest + 1, sizeof(struct message));
    missed.n_newest = n_newest;
    for (size_t i = 0; i < n_newest; i++) {
        bare_message(&missed.newest[i], i > 0 ? NOTICE_RESTORED : NOTICE_FIRST,
                     KIND_POWER);
        add_place(&missed.newest[i], "Lund");
        missed.newest[i].written_at_ms += (int64_t)i * HOURS_MS;
    }
}

static void
say(size_t language)
{
    struct compose_context context = usual_context();

    context.now_ms = moment("2026-11-23T18:00:00+01:00");
    text_missed(catalogues[language], &missed, &context, &lines);
}

static void
nothing_missed_says_nothing(void **state)
{
    struct compose_context context = usual_context();

    (void)state;
    miss(0, 0);
    say(0);
    assert_int_equal(lines.count, 0);
    text_missed(catalogues[0], NULL, &context, &lines);
    assert_int_equal(lines.count, 0);
}

static void
each_is_told_with_its_time(void **state)
{
    (void)state;
    miss(2, 2);
    say(0);
    assert_int_equal(lines.count, 3);
    assert_string_equal(lines.items[0],
                        "Tidigare meddelanden som kanske inte har nått dig:");
    assert_string_equal(lines.items[1], "14.05: Strömmen är borta i Lund");
    assert_string_equal(lines.items[2], "15.05: Strömmen är tillbaka i Lund");
    say(1);
    assert_string_equal(lines.items[1], "14:05: The power is off in Lund");
    assert_string_equal(lines.items[2], "15:05: The power is back in Lund");
}

static void
another_day_is_named(void **state)
{
    struct compose_context context = usual_context();

    (void)state;
    miss(1, 1);
    context.now_ms = moment("2026-11-24T08:00:00+01:00");
    text_missed(catalogues[0], &missed, &context, &lines);
    assert_string_equal(lines.items[1],
                        "måndag 23 november kl. 14.05: Strömmen är borta i Lund");
}

static void
older_ones_are_counted(void **state)
{
    (void)state;
    miss(3, 2);
    say(0);
    assert_int_equal(lines.count, 4);
    assert_string_equal(
        lines.items[1],
        "Dessutom 1 äldre meddelande, skrivet söndag 22 november kl. 23.15");
    miss(1002, 2);
    say(1);
    assert_string_equal(lines.items[1], "And 1,000 older messages, the first written "
                                        "on Sunday 22 November at 23:15");
}

static void
exercises_stay_marked(void **state)
{
    (void)state;
    miss(1, 1);
    know(&missed.newest[0], FIELD_MODE);
    missed.newest[0].facts.mode = MODE_EXERCISE;
    say(0);
    assert_non_null(strstr(lines.items[1], "ÖVNING: "));
}

static int
tear_down(void **state)
{
    missed_clear(&missed);
    strings_clear(&lines);
    return tear_down_catalogues(state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_missed_says_nothing),
        cmocka_unit_test(each_is_told_with_its_time),
        cmocka_unit_test(another_day_is_named),
        cmocka_unit_test(older_ones_are_counted),
        cmocka_unit_test(exercises_stay_marked),
    };

    return cmocka_run_group_tests(tests, set_up_catalogues, tear_down);
}
