/* SPDX-License-Identifier: EUPL-1.2 */
/* When a channel goes into storm mode and out of it, and that the rate holds whatever
 * comes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "policy/storm.h"

#include <stdlib.h>

static const int64_t t0 = INT64_C(1795439100000);

static const struct storm_rule usual = { .count = 12,
                                         .period_ms = HOURS_MS,
                                         .every_ms = 10 * MINUTES_MS,
                                         .quiet_ms = 30 * MINUTES_MS,
                                         .large = 500,
                                         .least_incidents = 3 };
static const struct storm_state calm = { .is_storm = false };

static struct storm_wait
wait_of(int64_t incident, int64_t customers, enum storm_class class)
{
    return (struct storm_wait){ .incident_row = incident,
                                .message_row = incident,
                                .sequence = 1,
                                .customers = customers,
                                .class = class };
}

/* --- The share -------------------------------------------------------------------- */

static void
test_half_is_for_summaries(void **state)
{
    const struct storm_rule tight = { .count = 2,
                                      .period_ms = HOURS_MS,
                                      .every_ms = 25 * MINUTES_MS };

    (void)state;
    assert_int_equal(storm_share(&usual), 6);
    assert_int_equal(storm_share(&tight), -1);
    assert_int_equal(storm_room(&usual, NULL, 0, t0 + MINUTES_MS, t0), 6);
}

static void
test_room_comes_back_when_a_word_is_a_period_old(void **state)
{
    struct storm_word words[6];

    (void)state;
    for (int i = 0; i < 6; i++) {
        words[i] = (struct storm_word){ i, t0 + i * MINUTES_MS };
    }
    assert_int_equal(
        storm_room(&usual, words, 6, t0 + 6 * MINUTES_MS, t0 + 5 * MINUTES_MS), 0);
    assert_int_equal(
        storm_room(&usual, words, 5, t0 + 6 * MINUTES_MS, t0 + 5 * MINUTES_MS), 1);
    /* The summaries of the coming hour leave six, and by then the words are old. */
    assert_int_equal(storm_room(&usual, words, 6, t0 + HOURS_MS, t0 + 55 * MINUTES_MS),
                     6);
    /* Words that leave the hour as slowly as summaries come into it. */
    for (int i = 0; i < 6; i++) {
        words[i].at_ms = t0 + i * 10 * MINUTES_MS;
    }
    assert_int_equal(
        storm_room(&usual, words, 6, t0 + 50 * MINUTES_MS, t0 + 50 * MINUTES_MS), 5);
}

/* --- In --------------------------------------------------------------------------- */

static void
test_enters_with_one_too_many(void **state)
{
    struct storm_wait waits[7];
    struct storm_decision decision;

    (void)state;
    for (int i = 0; i < 7; i++) {
        waits[i] = wait_of(i + 1, 10, STORM_SMALL);
    }
    decision = storm_decide(&usual, &calm, NULL, 0, waits, 6, t0);
    assert_false(decision.enters);
    assert_int_equal(decision.n_go, 6);
    decision = storm_decide(&usual, &calm, NULL, 0, waits, 7, t0);
    assert_true(decision.enters);
    assert_int_equal(decision.n_go, 0); /* the small ones are the summary's */
}

static void
test_few_incidents_are_no_storm(void **state)
{
    struct storm_word words[12];
    struct storm_wait waits[] = { wait_of(1, 10, STORM_SMALL) };
    struct storm_decision decision;

    (void)state;
    for (int i = 0; i < 12; i++) {
        words[i] = (struct storm_word){ 1 + i % 2, t0 };
    }
    decision = storm_decide(&usual, &calm, words, 12, waits, 1, t0 + MINUTES_MS);
    assert_false(decision.enters);
    assert_int_equal(decision.n_go, 1);
    waits[0].incident_row = 3;
    decision = storm_decide(&usual, &calm, words, 12, waits, 1, t0 + MINUTES_MS);
    assert_true(decision.enters);
}

static void
test_the_largest_go_and_threads_before_them(void **state)
{
    const struct storm_state storm = { .is_storm = true,
                                       .next_ms = t0 + 5 * MINUTES_MS };
    struct storm_wait waits[] = {
        wait_of(1, 10, STORM_SMALL),   wait_of(2, 600, STORM_LARGE),
        wait_of(3, 900, STORM_LARGE),  wait_of(4, 500, STORM_BEGUN),
        wait_of(5, 50, STORM_PLANNED),
    };
    struct storm_word words[3] = { { 9, t0 - 1 }, { 8, t0 - 1 }, { 7, t0 - 1 } };
    struct storm_decision decision =
        storm_decide(&usual, &storm, words, 3, waits, ARRAY_COUNT(waits), t0);

    (void)state;
    assert_int_equal(decision.n_go, 3);
    assert_int_equal(waits[0].incident_row, 4);
    assert_int_equal(waits[1].incident_row, 3);
    assert_int_equal(waits[2].incident_row, 2);
    decision = storm_decide(&usual, &storm, words, 0, waits, ARRAY_COUNT(waits), t0);
    assert_int_equal(decision.n_go, 4);
    assert_int_equal(waits[3].incident_row, 5); /* planned work is not forgotten */
    assert_int_equal(waits[4].incident_row, 1);
}

static void
test_short_texts_keep_room_for_further_summaries(void **state)
{
    struct storm_state storm = { .is_storm = true, .next_ms = t0 + 5 * MINUTES_MS };
    struct storm_wait waits[10];

    (void)state;
    for (int i = 0; i < 10; i++) {
        waits[i] = wait_of(i + 1, 600, STORM_LARGE);
    }
    assert_int_equal(storm_decide(&usual, &storm, NULL, 0, waits, 10, t0).n_go, 6);
    storm.is_short = true;
    assert_int_equal(storm_decide(&usual, &storm, NULL, 0, waits, 10, t0).n_go, 3);
}

/* --- The first summary ------------------------------------------------------------ */

static void
test_first_summary(void **state)
{
    struct storm_word full[12];

    (void)state;
    assert_int_equal(storm_first_summary(&usual, NULL, 0, TIME_NONE, t0),
                     t0 + STORM_GATHER_MS);
    /* One came a moment ago: the next comes when it was due. */
    assert_int_equal(storm_first_summary(&usual, NULL, 0, t0 - 3 * MINUTES_MS, t0),
                     t0 + 7 * MINUTES_MS);
    /* No room at all: when a word is a period old, and after every_ms in any case. */
    for (int i = 0; i < 12; i++) {
        full[i] = (struct storm_word){ i, t0 - 55 * MINUTES_MS };
    }
    assert_int_equal(storm_first_summary(&usual, full, 12, TIME_NONE, t0),
                     t0 + 5 * MINUTES_MS);
    for (int i = 0; i < 12; i++) {
        full[i].at_ms = t0;
    }
    assert_int_equal(storm_first_summary(&usual, full, 12, TIME_NONE, t0),
                     t0 + 10 * MINUTES_MS);
}

/* --- Out -------------------------------------------------------------------------- */

static void
test_over_when_it_was_quiet_for_long(void **state)
{
    (void)state;
    assert_int_equal(storm_busy_count(&usual), 3);
    assert_true(storm_is_over(&usual, TIME_NONE, t0));
    /* The third newest message is what keeps an hour busy; then it must stay quiet. */
    assert_false(storm_is_over(&usual, t0, t0 + 90 * MINUTES_MS - 1));
    assert_true(storm_is_over(&usual, t0, t0 + 90 * MINUTES_MS));
}

/* --- The promise ------------------------------------------------------------------ */

enum {
    LIVES = 300,
    WORDS_MOST = 20000,
    WAITS_MOST = 60
};

static uint64_t random_state = 20261123;

static int64_t
draw(int64_t below)
{
    random_state =
        random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((random_state >> 33) % (uint64_t)below);
}

/* One channel's life: what arrives is drawn, what leaves is kept. */
struct life {
    struct storm_word words[WORDS_MOST];
    size_t n_words;
    struct storm_wait large[WAITS_MOST * 100]; /* to be named by the next summary */
    size_t n_large;
    bool is_storm;
    int64_t next_ms, last_ms, latest_naming_ms;
    int64_t large_since[WAITS_MOST * 100];
};

static void
leave(struct life *life, int64_t incident, int64_t at_ms)
{
    assert_true(life->n_words < WORDS_MOST);
    life->words[life->n_words++] = (struct storm_word){ incident, at_ms };
}

static void
arrive(struct life *life, int64_t n, int64_t now_ms, int64_t *incident)
{
    struct storm_wait waits[WAITS_MOST];
    struct storm_state state = { .is_storm = life->is_storm, .next_ms = life->next_ms };
    struct storm_decision decision;
    size_t first = 0;

    for (int64_t i = 0; i < n; i++) {
        bool is_large = draw(4) == 0;

        waits[i] = wait_of(++*incident, is_large ? 500 + draw(5000) : draw(500),
                           is_large ? STORM_LARGE : STORM_SMALL);
    }
    while (first < life->n_words &&
           life->words[first].at_ms <= now_ms - usual.period_ms) {
        first++;
    }
    decision = storm_decide(&usual, &state, life->words + first, life->n_words - first,
                            waits, (size_t)n, now_ms);
    if (decision.enters) {
        life->next_ms = storm_first_summary(
            &usual, life->words + first, life->n_words - first, life->last_ms, now_ms);
        life->is_storm = true;
    }
    for (size_t i = 0; i < (size_t)n; i++) {
        if (i < decision.n_go) {
            leave(life, waits[i].incident_row, now_ms);
        } else if (waits[i].class == STORM_LARGE) {
            life->large_since[life->n_large++] = now_ms;
        }
    }
}

static void
say_summary(struct life *life, bool is_over)
{
    leave(life, 0, life->next_ms);
    for (size_t i = 0; i < life->n_large; i++) {
        int64_t wait_ms = life->next_ms - life->large_since[i];

        life->latest_naming_ms =
            wait_ms > life->latest_naming_ms ? wait_ms : life->latest_naming_ms;
    }
    life->n_large = 0;
    life->last_ms = life->next_ms;
    life->next_ms += usual.every_ms;
    life->is_storm = !is_over;
}

static void
check_rate(const struct life *life)
{
    for (size_t i = 12; i < life->n_words; i++) {
        assert_true(life->words[i].at_ms - life->words[i - 12].at_ms >=
                    usual.period_ms);
    }
}

/* Whatever arrives and whenever: never more than twelve in any hour, and every large one
 * goes at once or is named by a summary within ten minutes. */
static void
test_random_arrivals_keep_the_promise(void **state)
{
    struct life *life = memory_alloc(sizeof(*life));

    (void)state;
    for (int i = 0; i < LIVES; i++) {
        int64_t now_ms = t0;
        int64_t incident = 0;
        int64_t pause_ms = (1 + draw(30)) * MINUTES_MS;
        int64_t crowd = 1 + draw(WAITS_MOST - 1);

        *life = (struct life){ .last_ms = TIME_NONE };
        for (int j = 0; j < 60; j++) {
            now_ms += 1 + draw(pause_ms);
            while (life->is_storm && life->next_ms <= now_ms) {
                say_summary(life, draw(8) == 0);
            }
            arrive(life, 1 + draw(crowd), now_ms, &incident);
        }
        while (life->is_storm) {
            say_summary(life, life->n_large == 0);
        }
        check_rate(life);
        assert_true(life->latest_naming_ms <= 10 * MINUTES_MS);
    }
    free(life);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_half_is_for_summaries),
        cmocka_unit_test(test_room_comes_back_when_a_word_is_a_period_old),
        cmocka_unit_test(test_enters_with_one_too_many),
        cmocka_unit_test(test_few_incidents_are_no_storm),
        cmocka_unit_test(test_the_largest_go_and_threads_before_them),
        cmocka_unit_test(test_short_texts_keep_room_for_further_summaries),
        cmocka_unit_test(test_first_summary),
        cmocka_unit_test(test_over_when_it_was_quiet_for_long),
        cmocka_unit_test(test_random_arrivals_keep_the_promise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
