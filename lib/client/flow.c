/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libcurl says which sockets and which time it waits for; epoll and a timer descriptor
 * wait for them.
 */
#include "client/flow.h"

#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
    EVENTS_A_STEP = 8
};

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known)
{
    struct flow *flow = context;
    struct epoll_event event = { .data.fd = fd };
    int operation = known == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        (void)epoll_ctl(flow->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    event.events = (what & CURL_POLL_IN ? (uint32_t)EPOLLIN : 0) |
                   (what & CURL_POLL_OUT ? (uint32_t)EPOLLOUT : 0);
    if (epoll_ctl(flow->epoll, operation, fd, &event) != 0)
        return -1;
    return curl_multi_assign(flow->multi, fd, flow) == CURLM_OK ? 0 : -1;
}

static int
on_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct flow *flow = context;
    struct itimerspec when = { 0 };

    (void)multi;
    if (timeout_ms == 0)
        when.it_value.tv_nsec = 1;
    if (timeout_ms > 0) {
        when.it_value.tv_sec = timeout_ms / 1000;
        when.it_value.tv_nsec = timeout_ms % 1000 * 1000000;
    }
    return timerfd_settime(flow->timer, 0, &when, NULL) == 0 ? 0 : -1;
}

bool
flow_open(struct flow *flow)
{
    struct epoll_event event = { .events = EPOLLIN };

    *flow = (struct flow){ .multi = curl_multi_init(),
                           .epoll = epoll_create1(EPOLL_CLOEXEC),
                           .timer = timerfd_create(CLOCK_MONOTONIC,
                                                   TFD_CLOEXEC | TFD_NONBLOCK) };
    if (flow->multi == NULL || flow->epoll < 0 || flow->timer < 0)
        return false;
    event.data.fd = flow->timer;
    if (epoll_ctl(flow->epoll, EPOLL_CTL_ADD, flow->timer, &event) != 0)
        return false;
    (void)curl_multi_setopt(flow->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    (void)curl_multi_setopt(flow->multi, CURLMOPT_SOCKETDATA, flow);
    (void)curl_multi_setopt(flow->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    (void)curl_multi_setopt(flow->multi, CURLMOPT_TIMERDATA, flow);
    return true;
}

void
flow_close(struct flow *flow)
{
    if (flow->multi != NULL)
        (void)curl_multi_cleanup(flow->multi);
    if (flow->epoll >= 0)
        (void)close(flow->epoll);
    if (flow->timer >= 0)
        (void)close(flow->timer);
}

bool
flow_start(struct flow *flow, CURL *easy)
{
    return curl_multi_add_handle(flow->multi, easy) == CURLM_OK;
}

void
flow_end(struct flow *flow, CURL *easy)
{
    (void)curl_multi_remove_handle(flow->multi, easy);
}

static CURLMcode
act(struct flow *flow, const struct epoll_event *event)
{
    int n_running = 0;
    int ready = (event->events & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN : 0) |
                (event->events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                (event->events & EPOLLERR ? CURL_CSELECT_ERR : 0);
    uint64_t n_times;

    if (event->data.fd != flow->timer)
        return curl_multi_socket_action(flow->multi, event->data.fd, ready, &n_running);
    (void)!read(flow->timer, &n_times, sizeof(n_times));
    return curl_multi_socket_action(flow->multi, CURL_SOCKET_TIMEOUT, 0, &n_running);
}

bool
flow_step(struct flow *flow, CURLcode *code)
{
    struct epoll_event events[EVENTS_A_STEP];
    int n = epoll_wait(flow->epoll, events, EVENTS_A_STEP, 0);
    const CURLMsg *message;
    int n_left = 0;

    for (int i = 0; i < n; i++) {
        if (act(flow, &events[i]) != CURLM_OK) {
            *code = CURLE_OUT_OF_MEMORY;
            return true;
        }
    }
    message = curl_multi_info_read(flow->multi, &n_left);
    if (message == NULL || message->msg != CURLMSG_DONE)
        return false;
    *code = message->data.result;
    return true;
}
