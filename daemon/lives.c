/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How the daemon's lives ended. A note in the store says that one runs; a stop on request
 * takes it away. A life that finds the note of another one knows that it ended otherwise:
 * by a kill, a power cut, a failed store, a start that was not finished. Several of them
 * in a short time are an alarm (D13), whatever ended each.
 */
#include "daemon.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    CRASHES_MANY = 3,
    CRASHES_KEPT = 16
};
#define CRASHES_WITHIN_MS (10 * MINUTES_MS)
#define CRASHES_TOLD_MS HOURS_MS

static const char note_life[] = "life";
static const char note_crashes[] = "crashes"; /* moments, oldest first */
static const char life_runs[] = "running";

/* When lives ended badly in the last hour; a moment ahead is a clock's that was set. */
struct crashes {
    int64_t at_ms[CRASHES_KEPT];
    size_t n;
};

static void
crashes_add(struct crashes *crashes, int64_t at_ms)
{
    if (crashes->n == CRASHES_KEPT) {
        memmove(crashes->at_ms, crashes->at_ms + 1,
                (CRASHES_KEPT - 1) * sizeof(crashes->at_ms[0]));
        crashes->n--;
    }
    crashes->at_ms[crashes->n++] = at_ms;
}

static void
crashes_load(struct store *store, int64_t now_ms, struct crashes *crashes)
{
    char *text = store_note_find(store, note_crashes);
    char *next = text;

    while (next != NULL && *next != '\0') {
        char *end;
        int64_t at_ms = strtoll(next, &end, 10);

        if (end == next) {
            break;
        }
        if (at_ms <= now_ms && at_ms > now_ms - CRASHES_TOLD_MS) {
            crashes_add(crashes, at_ms);
        }
        next = end;
    }
    free(text);
}

static void
crashes_save(struct store *store, const struct crashes *crashes)
{
    struct buffer text = { 0 };

    for (size_t i = 0; i < crashes->n; i++) {
        buffer_addf(&text, "%s%lld", i > 0 ? " " : "", (long long)crashes->at_ms[i]);
    }
    store_note_save(store, note_crashes, text.data == NULL ? "" : text.data);
    buffer_clear(&text);
}

/* Enough of them lay close together, and the last one is not long ago. */
static bool
crashes_are_many(const struct crashes *crashes)
{
    for (size_t i = CRASHES_MANY - 1; i < crashes->n; i++) {
        if (crashes->at_ms[i] - crashes->at_ms[i - (CRASHES_MANY - 1)] <=
            CRASHES_WITHIN_MS) {
            return true;
        }
    }
    return false;
}

void
lives_begin(struct daemon *daemon, int64_t now_ms)
{
    struct crashes crashes = { 0 };
    char *life = store_note_find(daemon->store, note_life);

    crashes_load(daemon->store, now_ms, &crashes);
    if (string_equal(life, life_runs)) {
        log_warning("daemon: the last life did not end by a stop");
        crashes_add(&crashes, now_ms);
    }
    crashes_save(daemon->store, &crashes);
    store_note_save(daemon->store, note_life, life_runs);
    if (crashes_are_many(&crashes)) {
        daemon->n_crashes = crashes.n;
        daemon->calm_at_ms = crashes.at_ms[crashes.n - 1] + CRASHES_TOLD_MS;
    }
    free(life);
}

static void
on_calm(void *context)
{
    struct daemon *daemon = context;

    if (pipeline_trouble(daemon->pipeline, ALARM_CRASHES, "", NULL)) {
        turn_join(daemon->turn, NULL, NULL);
    }
}

void
lives_tell(struct daemon *daemon, int64_t now_ms)
{
    char *cause;

    if (daemon->n_crashes == 0) {
        pipeline_trouble(daemon->pipeline, ALARM_CRASHES, "", NULL);
        return;
    }
    cause = string_format("the daemon ended unexpectedly %zu times within an hour",
                          daemon->n_crashes);
    pipeline_trouble(daemon->pipeline, ALARM_CRASHES, "", cause);
    free(cause);
    daemon->calm = loop_timer_new(daemon->loop, on_calm, daemon);
    loop_timer_set(daemon->calm,
                   daemon->calm_at_ms > now_ms ? daemon->calm_at_ms - now_ms : 0);
}

void
lives_end(struct daemon *daemon)
{
    struct error error = { 0 };

    store_rollback(daemon->store); /* of a turn that was not ended */
    store_begin(daemon->store);
    store_note_save(daemon->store, note_life, "stopped");
    if (store_commit(daemon->store, &error) != STATUS_OK) {
        log_warning("daemon: the stop could not be noted: %s", error.text);
    }
}
