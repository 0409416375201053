/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An alarm: trouble of the daemon's own that a person should know of, and how often it
 * was told. Plain data; policy/alarm.h decides what is told, the store keeps it, and a
 * message that tells it carries a copy.
 */
#ifndef BUDKAVLE_MODEL_ALARM_H
#define BUDKAVLE_MODEL_ALARM_H

#include "model/names.h"

#include <stdint.h>

struct alarm {
    enum alarm_kind kind;
    char *subject; /* the channel or the spool it is about; "" where it is the daemon */
    char *cause;   /* what was found, printable; "" where the kind says it all */
    int64_t raised_at_ms; /* when the trouble began, as far as is known */
    int64_t told_at_ms;   /* TIME_NONE: not yet */
    int64_t ended_at_ms; /* gone since, and not said to be over; TIME_NONE: it is not */
    int64_t times;       /* so often told */
    int64_t counted; /* kinds that count: as many were told before; in a message: how
                        many are new */
    int64_t waiting; /* messages that wait because of it; not stored */
};

struct alarms {
    struct alarm *items;
    size_t count;
};

void alarm_clear(struct alarm *alarm);
void alarm_copy(struct alarm *to, const struct alarm *from); /* to is cleared first */
struct alarm *alarms_add(struct alarms *alarms);             /* a zeroed one */
void alarms_drop(struct alarms *alarms, size_t index);
void alarms_clear(struct alarms *alarms);

#endif
