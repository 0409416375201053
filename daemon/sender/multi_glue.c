/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libcurl's multi interface on the event loop. A socket stays watched while its
 * connection is idle (lazy removal: saves two epoll_ctl calls a request, a fifth of the
 * CPU time), and is forgotten when libcurl closes it.
 */
#include "sender/multi_glue.h"

#include "base/memory.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    IDLE_CONNECTIONS = 64
};

struct glue_socket {
    struct multi_glue *glue;
    struct loop_watch *watch;
    int fd;
    int wanted;   /* what libcurl waits for: LOOP_READ | LOOP_WRITE; 0: idle */
    int armed;    /* what the loop waits for */
    bool is_lazy; /* libcurl says when it closes it */
};

struct glue_slot {
    struct glue_socket *socket; /* owned; NULL: none with this file descriptor */
};

struct multi_glue {
    struct loop *loop;
    CURLM *multi;
    struct loop_timer *timer;
    struct glue_slot *slots; /* by file descriptor */
    size_t n_slots;
    void (*on_done)(void *context, CURL *easy, CURLcode code);
    void *context;
};

static struct glue_socket *
find_socket(const struct multi_glue *glue, int fd)
{
    return (size_t)fd < glue->n_slots ? glue->slots[fd].socket : NULL;
}

static void
forget_socket(struct multi_glue *glue, struct glue_socket *entry)
{
    if (entry != NULL) {
        glue->slots[entry->fd].socket = NULL;
        loop_watch_free(entry->watch);
        free(entry);
    }
}

static void
tell_done(struct multi_glue *glue)
{
    CURLMsg *message;
    int n_left = 0;
    while ((message = curl_multi_info_read(glue->multi, &n_left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            CURL *easy = message->easy_handle; /* message dies with the removal */
            const CURLcode code = message->data.result;
            (void)curl_multi_remove_handle(glue->multi, easy);
            glue->on_done(glue->context, easy, code);
        }
    }
}

static void
act(struct multi_glue *glue, curl_socket_t fd, int what)
{
    int n_running = 0;
    const CURLMcode code = curl_multi_socket_action(glue->multi, fd, what, &n_running);
    if (code != CURLM_OK) {
        /* The core answers what was under way with "unknown", which it is. */
        fatal("sender: libcurl has lost its state: %s", curl_multi_strerror(code));
    }
    tell_done(glue);
}

static void
on_socket_ready(void *context, int what)
{
    struct glue_socket *entry = context;
    const int ready = what & entry->wanted;
    if (ready == 0) {
        /* An idle connection was closed by the peer: libcurl finds out when it wants
         * to use it. */
        entry->armed = entry->wanted;
        loop_watch_set(entry->watch, entry->armed);
        return;
    }
    act(entry->glue, entry->fd,
        ((ready & LOOP_READ) != 0 ? CURL_CSELECT_IN : 0) |
            ((ready & LOOP_WRITE) != 0 ? CURL_CSELECT_OUT : 0)); /* may free entry */
}

/* The resolver's own socketpair is closed without a word. */
static bool
is_closed_with_notice(int fd)
{
    int domain = AF_UNSPEC;
    socklen_t len = sizeof(domain);
    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 &&
           (domain == AF_INET || domain == AF_INET6);
}

static struct glue_socket *
add_socket(struct multi_glue *glue, int fd)
{
    if ((size_t)fd >= glue->n_slots) {
        const size_t count = (size_t)fd + 64;
        glue->slots = memory_resize(glue->slots, count, sizeof(glue->slots[0]));
        for (size_t i = glue->n_slots; i < count; i++) {
            glue->slots[i].socket = NULL;
        }
        glue->n_slots = count;
    }
    struct glue_socket *entry = memory_alloc(sizeof(*entry));
    entry->glue = glue;
    entry->fd = fd;
    entry->is_lazy = is_closed_with_notice(fd);
    entry->watch = loop_watch_new(glue->loop, fd, 0, on_socket_ready, entry);
    glue->slots[fd].socket = entry;
    return entry;
}

static void
arm(struct glue_socket *entry, int what)
{
    entry->armed = what;
    loop_watch_set(entry->watch, what);
}

static int
on_socket_wish(CURL *easy, curl_socket_t fd, int what, void *context, void *unused)
{
    (void)easy;
    (void)unused;
    struct multi_glue *glue = context;
    struct glue_socket *entry = find_socket(glue, fd);
    if (what == CURL_POLL_REMOVE) {
        if (entry != NULL && !entry->is_lazy) {
            forget_socket(glue, entry);
        } else if (entry != NULL) {
            entry->wanted = 0;
            arm(entry, entry->armed & LOOP_READ); /* writable would never end */
        }
        return 0;
    }
    if (entry == NULL) {
        entry = add_socket(glue, fd);
    }
    entry->wanted = ((what & CURL_POLL_IN) != 0 ? LOOP_READ : 0) |
                    ((what & CURL_POLL_OUT) != 0 ? LOOP_WRITE : 0);
    if (entry->armed != entry->wanted) {
        arm(entry, entry->wanted);
    }
    return 0;
}

static int
on_close_socket(void *context, curl_socket_t fd)
{
    struct multi_glue *glue = context;
    forget_socket(glue, find_socket(glue, fd));
    return close(fd);
}

static int
on_timer_wish(CURLM *multi, long delay_ms, void *context)
{
    (void)multi;
    struct multi_glue *glue = context;
    if (delay_ms < 0) {
        loop_timer_stop(glue->timer);
    } else {
        loop_timer_set(glue->timer, delay_ms);
    }
    return 0;
}

static void
on_timer(void *context)
{
    act(context, CURL_SOCKET_TIMEOUT, 0);
}

struct multi_glue *
multi_glue_new(struct loop *loop,
               void (*on_done)(void *context, CURL *easy, CURLcode code), void *context)
{
    struct multi_glue *glue = memory_alloc(sizeof(*glue));
    glue->loop = loop;
    glue->on_done = on_done;
    glue->context = context;
    glue->timer = loop_timer_new(loop, on_timer, glue);
    glue->multi = curl_multi_init();
    if (glue->multi == NULL) {
        fatal("sender: libcurl cannot be started");
    }
    (void)curl_multi_setopt(glue->multi, CURLMOPT_SOCKETFUNCTION, on_socket_wish);
    (void)curl_multi_setopt(glue->multi, CURLMOPT_SOCKETDATA, glue);
    (void)curl_multi_setopt(glue->multi, CURLMOPT_TIMERFUNCTION, on_timer_wish);
    (void)curl_multi_setopt(glue->multi, CURLMOPT_TIMERDATA, glue);
    (void)curl_multi_setopt(glue->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS);
    return glue;
}

void
multi_glue_free(struct multi_glue *glue)
{
    if (glue == NULL) {
        return;
    }
    (void)curl_multi_cleanup(glue->multi); /* closes the idle connections */
    for (size_t i = 0; i < glue->n_slots; i++) {
        forget_socket(glue, glue->slots[i].socket);
    }
    loop_timer_free(glue->timer);
    free(glue->slots);
    free(glue);
}

void
multi_glue_add(struct multi_glue *glue, CURL *easy)
{
    (void)curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close_socket);
    (void)curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, glue);
    const CURLMcode code = curl_multi_add_handle(glue->multi, easy);
    if (code != CURLM_OK) {
        fatal("sender: libcurl refuses a transfer: %s", curl_multi_strerror(code));
    }
}

void
multi_glue_remove(struct multi_glue *glue, CURL *easy)
{
    (void)curl_multi_remove_handle(glue->multi, easy);
}
