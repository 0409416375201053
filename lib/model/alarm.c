/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An alarm and a list of them as plain data.
 */
#include "model/alarm.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void
alarm_clear(struct alarm *alarm)
{
    free(alarm->subject);
    free(alarm->cause);
    *alarm = (struct alarm){ 0 };
}

void
alarm_copy(struct alarm *to, const struct alarm *from)
{
    alarm_clear(to);
    *to = *from;
    to->subject = string_copy(from->subject);
    to->cause = string_copy(from->cause);
}

struct alarm *
alarms_add(struct alarms *alarms)
{
    alarms->items =
        memory_resize(alarms->items, alarms->count + 1, sizeof(*alarms->items));
    alarms->items[alarms->count] = (struct alarm){ 0 };
    return &alarms->items[alarms->count++];
}

void
alarms_drop(struct alarms *alarms, size_t index)
{
    alarm_clear(&alarms->items[index]);
    alarms->count--;
    memmove(&alarms->items[index], &alarms->items[index + 1],
            (alarms->count - index) * sizeof(*alarms->items));
}

void
alarms_clear(struct alarms *alarms)
{
    for (size_t i = 0; i < alarms->count; i++) {
        alarm_clear(&alarms->items[i]);
    }
    free(alarms->items);
    *alarms = (struct alarms){ 0 };
}
