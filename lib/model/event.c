/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One event, and a list of them.
 */
#include "model/event.h"

#include "base/memory.h"

#include <stdlib.h>

void
event_clear(struct event *event)
{
    free(event->source);
    free(event->incident);
    free(event->event_id);
    strings_clear(&event->references);
    free(event->body);
    free(event->warning);
    facts_clear(&event->facts);
    *event = (struct event){ 0 };
}

struct event *
events_add(struct events *list)
{
    list->items = memory_grow(list->items, list->count, sizeof(*list->items));
    list->items[list->count] = (struct event){ 0 };
    return &list->items[list->count++];
}

void
events_clear(struct events *list)
{
    for (size_t i = 0; i < list->count; i++) {
        event_clear(&list->items[i]);
    }
    free(list->items);
    *list = (struct events){ 0 };
}
