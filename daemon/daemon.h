/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The running daemon: what main.c starts in order and stops in the reverse order.
 * daemon.c holds the loop together; intake.c and control.c are its ports to the spool
 * and to the socket. Internal to the daemon's top level.
 */
#ifndef BUDKAVLE_DAEMON_H
#define BUDKAVLE_DAEMON_H

#include "api/api.h"
#include "config/config.h"
#include "loop/turn.h"
#include "pipeline.h"
#include "room.h"
#include "sender/senders.h"
#include "sources/parse_mark.h"
#include "sources/spool.h"

/* Exit codes (sysexits.h where one fits). */
enum {
    EXIT_OK = 0,
    EXIT_DATA = 65,
    EXIT_NO_INPUT = 66,
    EXIT_STORE = 74,
    EXIT_BUSY = 75,
    EXIT_CONFIG = 78
};

struct intake {
    struct spool *spool;
    /* What it was opened with: */
    char *name;
    char *path;
    int64_t settle_ms, keep_ms;
    struct cap_kinds cap_kinds;
    int64_t lost_since_ms; /* monotonic: its folders cannot be reached; TIME_NONE */
};

/* See last_good.c. */
struct last_good {
    char *why; /* what is wrong with what is written, so that it is not in force; NULL:
                       it is */
    char *not_kept;   /* why there is no copy of what is in force; NULL: there is one */
    int64_t tried_ms; /* when it was tried last, monotonic */
};

struct daemon {
    const char *config_file;
    struct config *config;
    struct loop *loop;
    struct turn *turn;
    struct store *store;
    struct launcher *launcher;
    struct senders *senders;
    struct pipeline *pipeline;
    struct api *api;
    struct intake *intakes;
    size_t n_intakes;
    int lock_fd, senders_lock_fd;
    struct loop_timer *wake;     /* the one timer of the queue */
    struct loop_timer *status;   /* status line */
    struct loop_timer *watchdog; /* heartbeat */
    struct loop_timer *deadline; /* of a stop */
    struct loop_timer *calm;     /* no crash for long: see lives.c */
    size_t n_crashes;            /* in the last hour, when they are an alarm; else 0 */
    int64_t calm_at_ms;
    struct loop_watch *launcher_watch;
    struct daemon_room room;
    struct parse_mark *parse_mark;
    bool stopping;
    bool degraded;
    bool status_is_soon;
    char *confine_trouble; /* what the kernel did not refuse the core; NULL */
    char *reload_trouble;  /* why the last reload was refused; NULL */
    struct last_good last_good;
    char *safe_mode; /* why no event is taken: see safe_mode.c; NULL */
    int exit_code;
};

/* Everything between a loaded configuration and the running loop; the sentence says
 * what could not be started. Returns an exit code, EXIT_OK when all runs. */
int daemon_start(struct daemon *daemon, struct error *error);
int daemon_run(struct daemon *daemon);
void daemon_clear(struct daemon *daemon);

/* reload.c: a new configuration, or all its faults. */
enum status daemon_reload(struct daemon *daemon, struct faults *faults);
/* copy: loaded in the place of the files; NULL. */
enum status daemon_load_config(const char *path, const struct config_copy *copy,
                               struct config **config, struct faults *faults);

void daemon_log_warnings(const struct config *config);
void daemon_on_hangup(void *daemon);

/* What loading is told of all drivers; caller frees. */
struct driver_options *daemon_drivers(size_t *n);
/* The first of the faults, with file, line and option, and how many more there are.
 * Caller frees. */
char *daemon_first_fault(const char *file, const struct faults *faults);

/* last_good.c: the configuration that was in force, kept for a start after a bad edit. */
/* STATUS_OK: daemon->config is the copy, though `faults` are in what is written. Else the
 * sentence says why there is none to start on. */
enum status last_good_load(struct daemon *daemon, const struct faults *faults,
                           struct error *error);
/* What is written is in force: it becomes the copy. And again after that failed. */
void last_good_keep(struct daemon *daemon);
void last_good_keep_again(struct daemon *daemon);
/* After a reload: what is written is in force, or still is not for this reason. */
void last_good_reloaded(struct daemon *daemon, const char *fault);
/* At every start, once the pipeline stands. */
void last_good_tell(struct daemon *daemon);
void last_good_add_notes(const struct daemon *daemon, struct daemon_report *report);

/* report.c: the report with everything that the daemon knows besides the pipeline, and
 * the status line, which is made anew soon. */
void daemon_report_fill(struct daemon *daemon, struct daemon_report *report);
void daemon_on_status(void *daemon);
void daemon_status_soon(struct daemon *daemon);

/* As many SMTP processes as the e-mail channels may use at once: a relay that hangs must
 * not take them from the others. */
size_t daemon_smtp_processes(const struct config *config);

/* confine.c: the core gives its rights away, the last step of its start. */
void daemon_confine(struct daemon *daemon);
/* Which folders the senders of this configuration are kept from, or write in. */
void daemon_confine_senders(struct daemon *daemon, const struct config *config);
void daemon_confine_notes(const struct daemon *daemon, struct strings *notes);

/* standing.c: the connections that this configuration's channels keep. */
void daemon_stand(struct daemon *daemon, const struct config *config);

/* intake.c */
/* Counts the file whose parsing an earlier daemon died of. */
enum status intake_recover(struct daemon *daemon, struct error *error);
void intake_stop(struct daemon *daemon);
void intake_close(struct daemon *daemon);
/* There is room again for what waits in the spools. */
void intake_room(struct daemon *daemon);
/* Opens the spools of the configuration that are not open yet; on failure those it
 * opened are closed again. */
enum status intake_open_missing(struct daemon *daemon, const struct config *config,
                                struct error *error);
/* Closes the spools that the configuration does not have. */
void intake_close_others(struct daemon *daemon, const struct config *config);

/* troubles.c: what is wrong around the daemon becomes an alarm, and its end one too. */
void troubles_of_room(struct daemon *daemon);
void troubles_of_spools(struct daemon *daemon); /* every now and then */

/* safe_mode.c: after a damaged database was set aside no event is taken until a backup
 * is restored or a person accepts the loss. */
enum status safe_mode_open_store(struct daemon *daemon, struct error *error);
/* At every start in safe mode, once the pipeline stands. */
void safe_mode_tell(const struct daemon *daemon);
bool safe_mode_refuses(const struct daemon *daemon, struct faults *faults);
void safe_mode_add_note(const struct daemon *daemon, struct daemon_report *report);
enum status safe_mode_begin_anew(void *daemon, const char *reason, uid_t uid,
                                 struct error *error);

/* restore.c: budkavled --restore FILE; returns an exit code. */
int daemon_restore(struct daemon *daemon, const char *file);

/* amend.c: a person takes back or sets right what was said. */
enum status amend_incident(void *daemon, const struct api_amendment *asked,
                           json_t **answer, struct faults *faults);

/* control.c */
enum status control_open(struct daemon *daemon, struct error *error);
/* Appends the preview to the JSON array `previews`. */
void control_add_preview(void *previews, const struct preview *preview);
void control_news(struct daemon *daemon, const struct pipeline_news *news);
struct api_settings control_settings(const struct daemon *daemon);

/* returns.c: what comes back of deliveries. */
enum status returns_unsubscribe(void *daemon, const char *token, uid_t uid,
                                json_t **answer, struct error *error);
json_t *returns_bounce(void *daemon, const struct mail_report *report,
                       const char *address, uid_t uid);
char *returns_page(void *daemon, enum api_page page);
/* control_report.c */
enum status control_delivery_report(void *daemon, const char *channel,
                                    const struct api_delivery_report *report,
                                    struct error *error);

/* control_held.c */
json_t *control_held(void *daemon);
enum status control_release(void *daemon, const char *id, uid_t uid,
                            char sha256[SHA256_HEX_SIZE], int64_t *count,
                            struct error *error);

/* lives.c: whether earlier lives ended as they should. Inside a transaction, before the
 * pipeline is made; once it is; and at a stop on request. */
void lives_begin(struct daemon *daemon, int64_t now_ms);
void lives_tell(struct daemon *daemon, int64_t now_ms);
void lives_end(struct daemon *daemon);

/* locks.c: one daemon a state folder, and no senders of an earlier one. */
int locks_take(struct daemon *daemon, struct error *error);

#endif
