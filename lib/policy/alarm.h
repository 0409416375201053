/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * When the daemon's own trouble is told: at once when it comes, again every `repeat`
 * until it is gone, and once more when it is over. Told to whom, and in which words, is
 * not decided here.
 *
 * Flapping is damped by kind. What a person ends (a pause by a fault, parked rows) is
 * over at once. What ends by itself and may come back by itself (a disk, a spool) is over
 * when it has stayed away for as long as `repeat`; if it comes back before that, it is
 * the same alarm, and is repeated when it would have been. Dead addresses are counted
 * and told at most once a day.
 */
#ifndef BUDKAVLE_POLICY_ALARM_H
#define BUDKAVLE_POLICY_ALARM_H

#include "base/timestamp.h"
#include "model/alarm.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    ALARM_GATHER_MS = 60 * 1000 /* a wave of dead addresses is told as one number */
};
#define ALARM_COUNTED_EVERY_MS DAYS_MS

enum alarm_presence {
    ALARM_GONE,
    ALARM_PRESENT,
    ALARM_UNSURE /* not known, as after a start: what was told stays as it is */
};

/* How things are now. A stored alarm that no condition is about is gone. */
struct alarm_condition {
    enum alarm_kind kind;
    enum alarm_presence presence;
    char *subject, *cause; /* never NULL */
    int64_t since_ms;      /* TIME_NONE: not known, so now */
    int64_t acted_at_ms;   /* when a person last tried to mend it, or more came to it;
                              TIME_NONE: never */
    int64_t waiting;       /* messages that wait because of it */
    int64_t count;         /* kinds that count: how many there are in all */
};

struct alarm_conditions {
    struct alarm_condition *items;
    size_t count;
};
/* subject and cause are copied; the rest is for the caller to fill in. */
struct alarm_condition *alarm_conditions_add(struct alarm_conditions *conditions,
                                             enum alarm_kind kind, const char *subject,
                                             const char *cause);
void alarm_conditions_clear(struct alarm_conditions *conditions);

enum alarm_word {
    ALARM_RAISED,
    ALARM_REPEATED,
    ALARM_OVER,
    ALARM_WORD_COUNT
};
extern const struct names alarm_word_names;

/* The alarm is borrowed; times counts this word too. */
typedef void alarm_port(void *context, enum alarm_word word, const struct alarm *alarm);

struct alarm_decision {
    bool changed;    /* the alarms are not as they were stored */
    int64_t next_ms; /* when to ask again without news; TIME_NEVER */
};

/*
 * Compares what is with what was told, tells the difference and remembers it in *alarms.
 * A fault that pauses a channel parks what it met: as long as the one is told, the other
 * of the same cause is not.
 */
struct alarm_decision alarms_decide(struct alarms *alarms,
                                    const struct alarm_conditions *conditions,
                                    int64_t repeat_ms, int64_t now_ms, alarm_port *tell,
                                    void *context);

/* The one of that kind and subject (and cause, for kinds with one alarm a cause). */
const struct alarm *alarms_find(const struct alarms *alarms, enum alarm_kind kind,
                                const char *subject, const char *cause);

/* It is going on: to be shown. Numbers are shown for a day after they were told. */
bool alarm_is_active(const struct alarm *alarm, int64_t now_ms);

#endif
