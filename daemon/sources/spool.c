/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A spool section on the loop: inotify wakes it, a timer wakes it, and what it took is
 * moved when the turn is committed.
 */
#include "sources/spool.h"

#include "base/log.h"
#include "base/memory.h"
#include "sources/inbox.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* What the running turn calls back. It outlives a spool that is closed meanwhile. */
struct pending {
    struct spool *spool; /* NULL: closed */
};

struct spool {
    struct turn *turn;
    struct loop *loop;
    struct inbox *inbox;
    struct loop_timer *timer;
    struct loop_watch *watch; /* of the inotify descriptor; NULL: none */
    int inotify_fd;           /* -1: none */
    int watches[FOLDER_DONE + 1];
    unsigned generation;     /* of the folders that are watched */
    struct pending *pending; /* while a turn runs with files of ours */
    struct error told;       /* the trouble that the log was told last */
    char *source, *path;
};

static const uint32_t watched_events[FOLDER_DONE + 1] = {
    /* A rename by link and unlink shows as CREATE only; CLOSE_WRITE comes from writers
     * that are done, and from those that were killed. */
    [FOLDER_NEW] = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO,
    [FOLDER_DROP] = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO,
    [FOLDER_DONE] = IN_MODIFY | IN_CLOSE_WRITE,
};

enum {
    FOLDER_EVENTS = IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW,
    LOSS_EVENTS =
        IN_Q_OVERFLOW | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED,
    READS_AT_ONCE = 16
};

static void look(struct spool *spool);

static struct moment
read_clock(void)
{
    return (struct moment){ .mono_ms = clock_mono_ms(), .wall_ms = clock_wall_ms() };
}

static void
log_trouble(struct spool *spool)
{
    struct spool_state state;
    const struct log_field field = { "SOURCE", spool->source };

    inbox_state(spool->inbox, &state);
    const char *trouble = state.trouble == NULL ? "" : state.trouble;
    if (strcmp(trouble, spool->told.text) == 0) {
        return;
    }
    (void)error_set(&spool->told, STATUS_OK, "%s", trouble);
    if (trouble[0] != '\0') {
        log_fields(LOG_LEVEL_WARNING, LOG_KIND_NONE, &field, 1, "spool: %s", trouble);
    } else {
        log_fields(LOG_LEVEL_NOTICE, LOG_KIND_NONE, &field, 1,
                   "spool: %s: all is well again", spool->path);
    }
}

static void
unwatch(struct spool *spool)
{
    loop_watch_free(spool->watch);
    spool->watch = NULL;
    if (spool->inotify_fd >= 0) {
        close(spool->inotify_fd);
    }
    spool->inotify_fd = -1;
}

static void
on_event(struct spool *spool, const struct inotify_event *event)
{
    if ((event->mask & LOSS_EVENTS) != 0) {
        inbox_hints_lost(spool->inbox, read_clock());
    }
    for (int i = 0; i <= FOLDER_DONE; i++) {
        if (event->wd == spool->watches[i]) {
            inbox_hint(spool->inbox, (enum folder)i);
        }
    }
}

static void
on_inotify(void *context, int what)
{
    struct spool *spool = context;
    _Alignas(struct inotify_event) char bytes[4096];

    (void)what;
    for (int i = 0; i < READS_AT_ONCE; i++) {
        ssize_t got = read(spool->inotify_fd, bytes, sizeof(bytes));

        if (got <= 0) {
            break;
        }
        for (size_t at = 0; at < (size_t)got;) {
            struct inotify_event event;

            memcpy(&event, bytes + at, sizeof(event));
            on_event(spool, &event);
            at += sizeof(event) + event.len;
        }
    }
    look(spool);
}

static bool
watch_folder(struct spool *spool, enum folder folder)
{
    char *path = string_format("%s/%s", spool->path, folder_name(folder));

    spool->watches[folder] = inotify_add_watch(spool->inotify_fd, path,
                                               watched_events[folder] | FOLDER_EVENTS);
    free(path);
    return spool->watches[folder] >= 0;
}

/* Without inotify (its instances are limited per user) looks are more frequent. */
static void
watch_anew(struct spool *spool)
{
    bool hinted = true;

    unwatch(spool);
    spool->generation = inbox_generation(spool->inbox);
    if (spool->generation == 0) {
        return;
    }
    spool->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    hinted = spool->inotify_fd >= 0;
    for (int i = 0; i <= FOLDER_DONE; i++) {
        hinted = hinted && watch_folder(spool, (enum folder)i);
        inbox_hint(spool->inbox, (enum folder)i); /* what came before the watch */
    }
    if (spool->inotify_fd >= 0) {
        spool->watch = loop_watch_new(spool->loop, spool->inotify_fd, LOOP_READ,
                                      on_inotify, spool);
    }
    inbox_set_hinted(spool->inbox, hinted);
}

static void
on_committed(void *context, enum status status, const struct error *error)
{
    struct pending *pending = context;
    struct spool *spool = pending->spool;

    (void)error;
    free(pending);
    if (spool == NULL) {
        return;
    }
    spool->pending = NULL;
    inbox_committed(spool->inbox, status, read_clock());
    loop_timer_set(spool->timer, 0);
}

static void
look(struct spool *spool)
{
    struct moment now = read_clock();
    int64_t next_ms;

    if (spool->pending != NULL) {
        return; /* on_committed looks again */
    }
    bool changed = inbox_look(spool->inbox, now, &next_ms);
    if (inbox_generation(spool->inbox) != spool->generation) {
        watch_anew(spool);
        next_ms = now.mono_ms;
    }
    log_trouble(spool);
    if (changed) {
        spool->pending = memory_alloc(sizeof(*spool->pending));
        spool->pending->spool = spool;
        turn_join(spool->turn, on_committed, spool->pending);
    } else if (next_ms != INT64_MAX) {
        loop_timer_set(spool->timer, next_ms - now.mono_ms);
    }
}

static void
on_timer(void *context)
{
    look(context);
}

enum status
spool_open(struct loop *loop, struct turn *turn, const struct spool_settings *settings,
           const struct spool_ports *ports, struct spool **spool, struct error *error)
{
    struct inbox *inbox = inbox_new(settings, ports);
    enum status status = inbox_open(inbox, read_clock(), error);

    *spool = NULL;
    if (status != STATUS_OK) {
        inbox_free(inbox);
        return status;
    }
    struct spool *made = memory_alloc(sizeof(*made));
    made->turn = turn;
    made->loop = loop;
    made->inbox = inbox;
    made->source = string_copy(settings->source);
    made->path = string_copy(settings->path);
    made->inotify_fd = -1;
    made->timer = loop_timer_new(loop, on_timer, made);
    watch_anew(made);
    loop_timer_set(made->timer, 0);
    *spool = made;
    return STATUS_OK;
}

void
spool_room(struct spool *spool)
{
    inbox_room(spool->inbox);
    loop_timer_set(spool->timer, 0);
}

void
spool_stop(struct spool *spool)
{
    inbox_stop(spool->inbox);
    loop_timer_stop(spool->timer);
    unwatch(spool);
}

void
spool_close(struct spool *spool)
{
    if (spool == NULL) {
        return;
    }
    if (spool->pending != NULL) {
        spool->pending->spool = NULL;
    }
    unwatch(spool);
    loop_timer_free(spool->timer);
    inbox_free(spool->inbox);
    free(spool->source);
    free(spool->path);
    free(spool);
}

void
spool_state(const struct spool *spool, struct spool_state *state)
{
    inbox_state(spool->inbox, state);
}
