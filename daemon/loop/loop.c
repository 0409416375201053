/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The event loop on libevent: timers, watched file descriptors and signals.
 */
#include "loop/loop.h"

#include "base/memory.h"
#include "base/timestamp.h"

#include <event2/event.h>
#include <stdlib.h>

struct loop_signal {
    struct loop_signal *next;
    struct event *event;
    void (*on_signal)(void *context);
    void *context;
};

struct loop {
    struct event_base *base;
    struct loop_signal *signals; /* owned */
};

struct loop_timer {
    struct loop *loop;
    struct event *event;
    void (*on_due)(void *context);
    void *context;
};

struct loop_watch {
    struct loop *loop;
    struct event *event;
    int fd;
    int what;
    void (*on_ready)(void *context, int what);
    void *context;
};

struct loop *
loop_new(void)
{
    struct loop *loop = memory_alloc(sizeof(*loop));
    loop->base = event_base_new();
    if (loop->base == NULL) {
        fatal("loop: libevent cannot make an event base");
    }
    return loop;
}

void
loop_free(struct loop *loop)
{
    if (loop == NULL) {
        return;
    }
    while (loop->signals != NULL) {
        struct loop_signal *signal = loop->signals;
        loop->signals = signal->next;
        event_free(signal->event);
        free(signal);
    }
    event_base_free(loop->base);
    free(loop);
}

struct event_base *
loop_base(struct loop *loop)
{
    return loop->base;
}

int
loop_run(struct loop *loop)
{
    return event_base_loop(loop->base, EVLOOP_NO_EXIT_ON_EMPTY) < 0 ? -1 : 0;
}

/* The round that runs now is brought to its end, so that a turn that was joined in it is
 * still committed. */
void
loop_stop(struct loop *loop)
{
    if (event_base_loopexit(loop->base, NULL) != 0) {
        (void)event_base_loopbreak(loop->base);
    }
}

static struct event *
new_event(struct loop *loop, int fd, short what, event_callback_fn callback,
          void *context)
{
    struct event *event = event_new(loop->base, fd, what, callback, context);
    if (event == NULL) {
        fatal("loop: libevent refuses an event for file descriptor %d", fd);
    }
    return event;
}

static void
on_timer(int fd, short what, void *context)
{
    (void)fd;
    (void)what;
    const struct loop_timer *timer = context;
    timer->on_due(timer->context); /* may free the timer */
}

struct loop_timer *
loop_timer_new(struct loop *loop, void (*on_due)(void *context), void *context)
{
    struct loop_timer *timer = memory_alloc(sizeof(*timer));
    timer->loop = loop;
    timer->on_due = on_due;
    timer->context = context;
    timer->event = new_event(loop, -1, 0, on_timer, timer);
    return timer;
}

void
loop_timer_set(struct loop_timer *timer, int64_t delay_ms)
{
    /* libevent counts from the time it cached when the round began; a long callback
     * would make the timer fire early by its length. */
    (void)event_base_update_cache_time(timer->loop->base);
    const int64_t longest_ms = 100 * DAYS_MS; /* what epoll and timeval take safely */
    if (delay_ms < 0) {
        delay_ms = 0;
    } else if (delay_ms > longest_ms) {
        delay_ms = longest_ms;
    }
    const struct timeval delay = {
        .tv_sec = (time_t)(delay_ms / 1000),
        .tv_usec = (suseconds_t)(delay_ms % 1000 * 1000),
    };
    if (event_add(timer->event, &delay) != 0) {
        fatal("loop: a timer cannot be set");
    }
}

void
loop_timer_stop(struct loop_timer *timer)
{
    (void)event_del(timer->event);
}

bool
loop_timer_is_set(const struct loop_timer *timer)
{
    return event_pending(timer->event, EV_TIMEOUT, NULL) != 0;
}

void
loop_timer_free(struct loop_timer *timer)
{
    if (timer != NULL) {
        event_free(timer->event);
        free(timer);
    }
}

static void
on_fd(int fd, short what, void *context)
{
    (void)fd;
    const struct loop_watch *watch = context;
    int ready = ((what & EV_READ) != 0 ? LOOP_READ : 0) |
                ((what & EV_WRITE) != 0 ? LOOP_WRITE : 0);
    watch->on_ready(watch->context, ready); /* may free the watch */
}

static void
watch_arm(struct loop_watch *watch)
{
    if (watch->what != 0 && event_add(watch->event, NULL) != 0) {
        fatal("loop: file descriptor %d cannot be watched", watch->fd);
    }
}

static short
event_flags(int what)
{
    int flags = EV_PERSIST | ((what & LOOP_READ) != 0 ? EV_READ : 0) |
                ((what & LOOP_WRITE) != 0 ? EV_WRITE : 0);
    return (short)flags;
}

struct loop_watch *
loop_watch_new(struct loop *loop, int fd, int what,
               void (*on_ready)(void *context, int what), void *context)
{
    struct loop_watch *watch = memory_alloc(sizeof(*watch));
    watch->loop = loop;
    watch->fd = fd;
    watch->what = what;
    watch->on_ready = on_ready;
    watch->context = context;
    watch->event = new_event(loop, fd, event_flags(what), on_fd, watch);
    watch_arm(watch);
    return watch;
}

void
loop_watch_set(struct loop_watch *watch, int what)
{
    if (watch->what == what) {
        return;
    }
    watch->what = what;
    (void)event_del(watch->event);
    if (what != 0 && event_assign(watch->event, watch->loop->base, watch->fd,
                                  event_flags(what), on_fd, watch) != 0) {
        fatal("loop: file descriptor %d cannot be watched", watch->fd);
    }
    watch_arm(watch);
}

void
loop_watch_free(struct loop_watch *watch)
{
    if (watch != NULL) {
        event_free(watch->event);
        free(watch);
    }
}

static void
on_signal_event(int number, short what, void *context)
{
    (void)number;
    (void)what;
    const struct loop_signal *signal = context;
    signal->on_signal(signal->context);
}

void
loop_on_signal(struct loop *loop, int signal, void (*on_signal)(void *context),
               void *context)
{
    struct loop_signal *entry = memory_alloc(sizeof(*entry));
    entry->on_signal = on_signal;
    entry->context = context;
    entry->event =
        new_event(loop, signal, EV_SIGNAL | EV_PERSIST, on_signal_event, entry);
    entry->next = loop->signals;
    loop->signals = entry;
    if (event_add(entry->event, NULL) != 0) {
        fatal("loop: signal %d cannot be caught", signal);
    }
}
