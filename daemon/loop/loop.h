/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The event loop: timers, signals, file descriptors, and the one place that reads a
 * clock. Built on libevent. A callback never runs inside the call that registered it.
 */
#ifndef BUDKAVLE_LOOP_LOOP_H
#define BUDKAVLE_LOOP_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct event_base;
struct loop;
struct loop_timer;
struct loop_watch;

struct loop *loop_new(void);
void loop_free(struct loop *loop);
struct event_base *loop_base(struct loop *loop); /* for evhttp */

/* Runs until loop_stop; returns 0, or -1 when libevent fails. */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

int64_t clock_wall_ms(void); /* since 1970; may jump */
int64_t clock_mono_ms(void); /* never goes back */
int64_t clock_mono_us(void);

/* A single-shot timer; set again at will; delays are monotonic. */
struct loop_timer *loop_timer_new(struct loop *loop, void (*on_due)(void *context),
                                  void *context);
void loop_timer_set(struct loop_timer *timer, int64_t delay_ms); /* 0: soon */
void loop_timer_stop(struct loop_timer *timer);
bool loop_timer_is_set(const struct loop_timer *timer);
void loop_timer_free(struct loop_timer *timer);

enum {
    LOOP_READ = 1,
    LOOP_WRITE = 2
};
struct loop_watch *loop_watch_new(struct loop *loop, int fd, int what,
                                  void (*on_ready)(void *context, int what),
                                  void *context);
void loop_watch_set(struct loop_watch *watch, int what); /* 0: paused */
void loop_watch_free(struct loop_watch *watch);          /* does not close the fd */

/* signal is blocked for others; freed with the loop. */
void loop_on_signal(struct loop *loop, int signal, void (*on_signal)(void *context),
                    void *context);

#endif
