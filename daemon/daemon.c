/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The running daemon: start order, the end of every turn, the timers, stop.
 */
#include "daemon.h"

#include "base/log.h"
#include "base/memory.h"
#include "channel/driver.h"
#include "service/service.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    WAKE_MOST_MS = 60 * 1000, /* a wall clock that jumped is noticed */
    STOP_MOST_MS = 15 * 1000,
    RETRY_COMMIT_MS = 5 * 1000,
    SENDERS_STUCK_MS = 120 * 1000, /* beyond what the request may take */
    SMTP_PROCESSES_MOST = 32
};

/* --- The end of a turn ------------------------------------------------------------ */

static void
stop_with(struct daemon *daemon, int exit_code)
{
    daemon->exit_code = exit_code;
    loop_stop(daemon->loop);
}

static void
set_wake(struct daemon *daemon)
{
    int64_t now_ms = clock_wall_ms();
    int64_t next = pipeline_next_wake(daemon->pipeline, now_ms);

    if (next == TIME_NEVER || daemon->stopping) {
        loop_timer_stop(daemon->wake);
        return;
    }
    next = next > now_ms ? next - now_ms : 0;
    loop_timer_set(daemon->wake, next < WAKE_MOST_MS ? next : WAKE_MOST_MS);
}

/* A disk that is full may have room again; anything else ends the process, because what
 * the kernel did with a failed sync is not known (D1). */
static void
on_commit_failed(struct daemon *daemon, enum status status, const struct error *error)
{
    if (status == STATUS_FULL) {
        bool at_once = room_ran_out(daemon, error->text);

        loop_timer_set(daemon->wake, at_once ? 0 : RETRY_COMMIT_MS);
        daemon_status_soon(daemon);
    } else {
        log_error("store: nothing of this turn was kept: %s", error->text);
        stop_with(daemon, EXIT_STORE);
    }
}

static enum status
on_turn(void *context, struct error *error)
{
    struct daemon *daemon = context;
    enum status status =
        pipeline_commit(daemon->pipeline, clock_wall_ms(), !daemon->stopping, error);

    if (status != STATUS_OK) {
        on_commit_failed(daemon, status, error);
        return status;
    }
    room_after_commit(daemon);
    set_wake(daemon);
    daemon_status_soon(daemon);
    if (daemon->stopping && pipeline_in_flight(daemon->pipeline) == 0) {
        loop_stop(daemon->loop);
    }
    return STATUS_OK;
}

static void
on_wake(void *context)
{
    struct daemon *daemon = context;

    turn_join(daemon->turn, NULL, NULL);
}

static void
on_reply(void *context, const struct reply *reply)
{
    struct daemon *daemon = context;
    struct reply copy = { .id = reply->id,
                          .result = reply->result,
                          .code = reply->code,
                          .detail = string_copy(reply->detail),
                          .duration_ms = reply->duration_ms };

    strings_copy(&copy.headers, &reply->headers);
    buffer_append(&copy.body, reply->body.data, reply->body.len);
    pipeline_on_reply(daemon->pipeline, &copy);
    turn_join(daemon->turn, NULL, NULL);
}

static void
on_news(void *context, const struct pipeline_news *news)
{
    control_news(context, news);
}

static uint64_t
draw_random(void *context)
{
    uint64_t value;

    (void)context;
    random_bytes(&value, sizeof(value));
    return value;
}

static int64_t
read_mono(void *context)
{
    (void)context;
    return clock_mono_ms();
}

/* --- Watchdog --------------------------------------------------------------------- */

/* Fed only when the store committed and no sender hangs. A full disk is no reason to be
 * ended: a new start would find it as full. */
static void
on_heartbeat(void *context, enum status status, const struct error *error)
{
    struct daemon *daemon = context;
    bool is_alive = status == STATUS_OK || status == STATUS_FULL;

    (void)error;
    if (is_alive && senders_overdue_ms(daemon->senders) < SENDERS_STUCK_MS) {
        service_watchdog_feed();
    } else {
        log_error("daemon: the watchdog is not fed: the %s no progress",
                  is_alive ? "senders make" : "store makes");
    }
}

static void
on_watchdog(void *context)
{
    struct daemon *daemon = context;

    turn_join(daemon->turn, on_heartbeat, daemon);
    loop_timer_set(daemon->watchdog, service_watchdog_ms());
}

/* --- Stop ------------------------------------------------------------------------- */

static void
on_deadline(void *context)
{
    struct daemon *daemon = context;

    log_warning("daemon: %zu deliveries were still under way; their outcome is unknown",
                pipeline_in_flight(daemon->pipeline));
    loop_stop(daemon->loop);
}

static void
on_terminate(void *context)
{
    struct daemon *daemon = context;

    if (daemon->stopping) {
        return;
    }
    log_info("daemon: stopping");
    service_stopping();
    daemon->stopping = true;
    intake_stop(daemon);
    api_stop(daemon->api);
    loop_timer_set(daemon->deadline, STOP_MOST_MS);
    turn_join(daemon->turn, NULL, NULL);
}

static void
on_launcher_gone(void *context, int what)
{
    struct daemon *daemon = context;

    (void)what;
    if (launcher_is_alive(daemon->launcher)) {
        return;
    }
    log_error("daemon: the launcher of the senders has ended; restarting is the cure");
    stop_with(daemon, EXIT_BUSY);
}

/* --- Start ------------------------------------------------------------------------ */

static void
make_timers(struct daemon *daemon)
{
    daemon->wake = loop_timer_new(daemon->loop, on_wake, daemon);
    daemon->status = loop_timer_new(daemon->loop, daemon_on_status, daemon);
    daemon->watchdog = loop_timer_new(daemon->loop, on_watchdog, daemon);
    daemon->deadline = loop_timer_new(daemon->loop, on_deadline, daemon);
    daemon->launcher_watch = loop_watch_new(daemon->loop, launcher_fd(daemon->launcher),
                                            LOOP_READ, on_launcher_gone, daemon);
    loop_on_signal(daemon->loop, SIGTERM, on_terminate, daemon);
    loop_on_signal(daemon->loop, SIGINT, on_terminate, daemon);
    loop_on_signal(daemon->loop, SIGHUP, daemon_on_hangup, daemon);
}

static enum status
open_store(struct daemon *daemon, struct error *error)
{
    enum status status = safe_mode_open_store(daemon, error);

    if (status == STATUS_OK) {
        store_begin(daemon->store);
        lives_begin(daemon, clock_wall_ms());
        status = store_commit(daemon->store, error);
    }
    return status;
}

size_t
daemon_smtp_processes(const struct config *config)
{
    int64_t n = 0;

    for (size_t i = 0; i < config->n_channels; i++) {
        const struct channel *channel = &config->channels[i];
        const struct driver *driver = driver_find(channel->driver);

        if (driver != NULL && driver->sender == SENDER_SMTP) {
            n += channel->concurrency > 0 ? channel->concurrency : driver->concurrency;
        }
    }
    return (size_t)(n < SMTP_PROCESSES_MOST ? n : SMTP_PROCESSES_MOST);
}

static enum status
open_pipeline(struct daemon *daemon, struct error *error)
{
    struct pipeline_ports ports = {
        .context = daemon, .random = draw_random, .mono_ms = read_mono, .news = on_news
    };

    daemon->senders =
        senders_new(daemon->loop, daemon->launcher,
                    daemon_smtp_processes(daemon->config), on_reply, daemon);
    daemon_confine_senders(daemon, daemon->config);
    daemon_stand(daemon, daemon->config);
    ports.transport = senders_transport(daemon->senders);
    return pipeline_new(daemon->store, daemon->config, &ports, clock_wall_ms(),
                        &daemon->pipeline, error);
}

int
daemon_start(struct daemon *daemon, struct error *error)
{
    int exit_code = locks_take(daemon, error);
    enum status status;

    if (exit_code != EXIT_OK) {
        return exit_code;
    }
    daemon_log_warnings(daemon->config);
    if (launcher_start("/proc/self/exe", daemon->senders_lock_fd, &daemon->launcher,
                       error) != STATUS_OK) {
        return EXIT_STORE;
    }
    room_open(daemon);
    if (open_store(daemon, error) != STATUS_OK ||
        intake_recover(daemon, error) != STATUS_OK) {
        return EXIT_STORE;
    }
    daemon->loop = loop_new();
    daemon->turn = turn_new(daemon->loop, on_turn, daemon);
    make_timers(daemon);
    status = open_pipeline(daemon, error);
    if (status != STATUS_OK) {
        return status == STATUS_INVALID ? EXIT_CONFIG : EXIT_STORE;
    }
    lives_tell(daemon, clock_wall_ms());
    room_start(daemon);
    troubles_of_room(daemon);
    safe_mode_tell(daemon);
    last_good_tell(daemon);
    /* Spool folders exist before the socket answers. */
    if (intake_open_missing(daemon, daemon->config, error) != STATUS_OK) {
        return EXIT_STORE;
    }
    if (control_open(daemon, error) != STATUS_OK) {
        return EXIT_BUSY;
    }
    daemon_confine(daemon);
    return EXIT_OK;
}

int
daemon_run(struct daemon *daemon)
{
    struct daemon_report report = { 0 };

    last_good_keep(daemon);
    daemon_report_fill(daemon, &report);
    service_ready(report.line);
    log_info("daemon: ready version=%s organisation=\"%s\" %s", BUDKAVLE_VERSION,
             daemon->config->organisation, report.line);
    daemon_report_clear(&report);
    if (service_watchdog_ms() > 0) {
        loop_timer_set(daemon->watchdog, 0);
    }
    turn_join(daemon->turn, NULL, NULL);
    if (loop_run(daemon->loop) != 0) {
        log_error("daemon: the event loop failed");
        return EXIT_STORE;
    }
    if (daemon->exit_code == EXIT_OK) {
        lives_end(daemon);
    }
    return daemon->exit_code;
}

void
daemon_clear(struct daemon *daemon)
{
    turn_free(daemon->turn);
    intake_close(daemon);
    api_close(daemon->api);
    pipeline_free(daemon->pipeline);
    senders_free(daemon->senders);
    loop_watch_free(daemon->launcher_watch);
    loop_timer_free(daemon->wake);
    loop_timer_free(daemon->status);
    loop_timer_free(daemon->watchdog);
    loop_timer_free(daemon->deadline);
    loop_timer_free(daemon->calm);
    room_clear(daemon);
    loop_free(daemon->loop);
    store_close(daemon->store);
    parse_mark_close(daemon->parse_mark);
    launcher_stop(daemon->launcher);
    if (daemon->senders_lock_fd >= 0) {
        close(daemon->senders_lock_fd);
    }
    if (daemon->lock_fd >= 0) {
        close(daemon->lock_fd);
    }
    config_free(daemon->config);
    free(daemon->confine_trouble);
    free(daemon->reload_trouble);
    free(daemon->safe_mode);
    free(daemon->last_good.why);
    free(daemon->last_good.not_kept);
}
