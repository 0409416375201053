/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Group commit by rounds of the loop: the first who joins activates the turn's event,
 * which libevent puts behind everything that is already active.
 */
#include "loop/turn.h"

#include "base/memory.h"

#include <event2/event.h>
#include <stdbool.h>
#include <stdlib.h>

struct joined {
    void (*on_committed)(void *context, enum status status, const struct error *error);
    void *context;
};

struct joined_list {
    struct joined *items;
    size_t count, capacity;
};

struct turn {
    struct event *event;
    enum status (*commit)(void *context, struct error *error);
    void *context;
    bool active; /* the event waits in this round's queue */
    struct joined_list waiting;
    struct joined_list spare; /* memory for the next turn, count 0 */
    bool *freed;              /* set while the turn ends: tells it that it is gone */
};

static void
list_add(struct joined_list *list, struct joined entry)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        list->items =
            memory_resize(list->items, list->capacity, sizeof(list->items[0]));
    }
    list->items[list->count++] = entry;
}

static void
on_end_of_round(int fd, short what, void *context)
{
    (void)fd;
    (void)what;
    struct turn *turn = context;
    bool freed = false;
    turn->freed = &freed;
    turn->active = false;
    struct joined_list list = turn->waiting;
    turn->waiting = turn->spare;
    turn->spare = (struct joined_list){ 0 };

    struct error error = { 0 };
    enum status status = turn->commit(turn->context, &error);
    for (size_t i = 0; i < list.count && !freed; i++) {
        list.items[i].on_committed(list.items[i].context, status, &error);
    }
    if (freed) {
        free(list.items);
        return;
    }
    turn->freed = NULL;
    list.count = 0;
    turn->spare = list;
}

struct turn *
turn_new(struct loop *loop, enum status (*commit)(void *context, struct error *error),
         void *context)
{
    struct turn *turn = memory_alloc(sizeof(*turn));
    turn->commit = commit;
    turn->context = context;
    turn->event = event_new(loop_base(loop), -1, 0, on_end_of_round, turn);
    if (turn->event == NULL) {
        fatal("loop: libevent refuses the turn's event");
    }
    return turn;
}

void
turn_free(struct turn *turn)
{
    if (turn == NULL) {
        return;
    }
    if (turn->freed != NULL) {
        *turn->freed = true;
    }
    event_free(turn->event);
    free(turn->waiting.items);
    free(turn->spare.items);
    free(turn);
}

void
turn_join(struct turn *turn,
          void (*on_committed)(void *context, enum status status,
                               const struct error *error),
          void *context)
{
    if (on_committed != NULL) {
        list_add(&turn->waiting,
                 (struct joined){ .on_committed = on_committed, .context = context });
    }
    if (!turn->active) {
        turn->active = true;
        event_active(turn->event, EV_TIMEOUT, 0);
    }
}
