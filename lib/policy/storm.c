/* SPDX-License-Identifier: EUPL-1.2 */
/* The rules of storm mode. */
#include "policy/storm.h"

#include "base/timestamp.h"

#include <stdlib.h>

/* Summaries in a period: a span that takes its end but not its beginning. */
static int64_t
n_summaries(const struct storm_rule *rule)
{
    return (rule->period_ms + rule->every_ms - 1) / rule->every_ms;
}

int64_t
storm_share(const struct storm_rule *rule)
{
    return rule->count - n_summaries(rule);
}

static int64_t
count_since(const struct storm_word *words, size_t n_words, int64_t since_ms)
{
    int64_t n = 0;

    for (size_t i = 0; i < n_words; i++) {
        n += words[i].at_ms > since_ms ? 1 : 0;
    }
    return n;
}

/* What is left at the fullest of the summaries before `until_ms`; negative: too little
 * even for the summaries. */
static int64_t
least_left(const struct storm_rule *rule, const struct storm_word *words,
           size_t n_words, int64_t next_ms, int64_t until_ms)
{
    int64_t least = rule->count;
    int64_t n = 0;

    for (int64_t at_ms = next_ms; at_ms < until_ms; at_ms += rule->every_ms) {
        int64_t left =
            rule->count - ++n - count_since(words, n_words, at_ms - rule->period_ms);

        least = left < least ? left : least;
    }
    return least;
}

int64_t
storm_room(const struct storm_rule *rule, const struct storm_word *words,
           size_t n_words, int64_t next_ms, int64_t now_ms)
{
    int64_t first_ms = next_ms > now_ms ? next_ms : now_ms;
    int64_t now = rule->count - count_since(words, n_words, now_ms - rule->period_ms);
    int64_t later =
        least_left(rule, words, n_words, first_ms, now_ms + rule->period_ms);
    int64_t room = later < now ? later : now;

    return room > 0 ? room : 0;
}

int64_t
storm_first_summary(const struct storm_rule *rule, const struct storm_word *words,
                    size_t n_words, int64_t last_ms, int64_t now_ms)
{
    int64_t first_ms = now_ms + STORM_GATHER_MS;
    int64_t best_ms = now_ms + rule->every_ms;

    if (last_ms != TIME_NONE && last_ms + rule->every_ms > first_ms) {
        first_ms = last_ms + rule->every_ms;
    }
    if (least_left(rule, words, n_words, first_ms, first_ms + rule->period_ms) >= 0) {
        return first_ms < best_ms ? first_ms : best_ms;
    }
    /* Room comes when a message leaves the span. */
    for (size_t i = 0; i < n_words; i++) {
        int64_t at_ms = words[i].at_ms + rule->period_ms;

        if (at_ms > first_ms && at_ms < best_ms &&
            least_left(rule, words, n_words, at_ms, at_ms + rule->period_ms) >= 0) {
            best_ms = at_ms;
        }
    }
    return best_ms;
}

/* --- The end of a turn ------------------------------------------------------------ */

static int
compare_alike(const struct storm_wait *x, const struct storm_wait *y)
{
    if (x->customers != y->customers) {
        return x->customers > y->customers ? -1 : 1;
    }
    return (x->message_row > y->message_row) - (x->message_row < y->message_row);
}

static int
compare_waits(const void *a, const void *b)
{
    const struct storm_wait *x = a;
    const struct storm_wait *y = b;

    return x->class != y->class ? (x->class < y->class ? -1 : 1) : compare_alike(x, y);
}

/* In a storm the small ones do not go at all, so planned work comes before them. */
static int
compare_waits_in_storm(const void *a, const void *b)
{
    const struct storm_wait *x = a;
    const struct storm_wait *y = b;

    if ((x->class == STORM_SMALL) != (y->class == STORM_SMALL)) {
        return x->class == STORM_SMALL ? 1 : -1;
    }
    return compare_waits(a, b);
}

static size_t
count_class(const struct storm_wait *waits, size_t n_waits, enum storm_class class)
{
    size_t n = 0;

    for (size_t i = 0; i < n_waits; i++) {
        n += waits[i].class == class ? 1 : 0;
    }
    return n;
}

static void
sort_waits(struct storm_wait *waits, size_t n_waits,
           int (*compare)(const void *a, const void *b))
{
    if (n_waits > 1) {
        qsort(waits, n_waits, sizeof(*waits), compare);
    }
}

static bool
is_in_words(const struct storm_word *words, size_t n, int64_t incident_row)
{
    for (size_t i = 0; i < n; i++) {
        if (words[i].incident_row == incident_row) {
            return true;
        }
    }
    return false;
}

/* Different incidents, those of the last period and those that wait; each waits once. */
static int64_t
count_incidents(const struct storm_word *words, size_t n_words,
                const struct storm_wait *waits, size_t n_waits)
{
    int64_t n = 0;

    for (size_t i = 0; i < n_words; i++) {
        n += is_in_words(words, i, words[i].incident_row) ? 0 : 1;
    }
    for (size_t i = 0; i < n_waits; i++) {
        n += waits[i].class != STORM_PLANNED &&
                     !is_in_words(words, n_words, waits[i].incident_row)
                 ? 1
                 : 0;
    }
    return n;
}

static size_t
at_most(size_t n, int64_t room)
{
    return room <= 0 ? 0 : n < (size_t)room ? n : (size_t)room;
}

struct storm_decision
storm_decide(const struct storm_rule *rule, const struct storm_state *state,
             const struct storm_word *words, size_t n_words, struct storm_wait *waits,
             size_t n_waits, int64_t now_ms)
{
    int64_t next_ms = state->is_storm ? state->next_ms : now_ms + STORM_GATHER_MS;
    int64_t room = storm_room(rule, words, n_words, next_ms, now_ms);
    size_t n_planned = count_class(waits, n_waits, STORM_PLANNED);
    size_t n_small = count_class(waits, n_waits, STORM_SMALL);
    size_t n_single = n_waits - n_planned;
    struct storm_decision decision = { 0 };

    if (!state->is_storm) {
        decision.enters =
            (int64_t)n_single > room &&
            count_incidents(words, n_words, waits, n_waits) >= rule->least_incidents;
    }
    if (!state->is_storm && !decision.enters) {
        sort_waits(waits, n_waits, compare_waits);
        decision.n_go = n_single + at_most(n_planned, room - (int64_t)n_single);
        return decision;
    }
    if (state->is_short) {
        room -= storm_share(rule) / 2;
    }
    sort_waits(waits, n_waits, compare_waits_in_storm);
    decision.n_go = at_most(n_waits - n_small, room);
    return decision;
}

/* --- Its end ---------------------------------------------------------------------- */

int64_t
storm_busy_count(const struct storm_rule *rule)
{
    return (storm_share(rule) + 1) / 2;
}

bool
storm_is_over(const struct storm_rule *rule, int64_t busy_ms, int64_t now_ms)
{
    return busy_ms == TIME_NONE || now_ms >= busy_ms + rule->period_ms + rule->quiet_ms;
}
