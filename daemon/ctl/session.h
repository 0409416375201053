/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One run of the command: the connection, the global options, and what every command
 * does with an answer. Internal to ctl/.
 */
#ifndef BUDKAVLE_CTL_SESSION_H
#define BUDKAVLE_CTL_SESSION_H

#include "base/buffer.h"
#include "budkavle/client.h"

#include <jansson.h>
#include <stdbool.h>

enum exit_code {
    CTL_OK = 0,
    CTL_FAILED = 1,
    CTL_USAGE = 2,
    CTL_NOT_RUNNING = 3,
    CTL_TRY_LATER = 75,
    CTL_NOT_ALLOWED = 77,
    CTL_CONFIG = 78
};

struct session {
    struct budkavle *client;
    const char *socket;
    bool json;
    const struct command *command;
};

struct command {
    const char *name;
    const char *usage;   /* what follows the name */
    const char *summary; /* one line */
    int (*run)(struct session *session, int argc, char **argv);
};

const struct command *commands_all(void); /* ended by a row without a name */
int usage_fault(const struct session *session, const char *problem,
                const char *argument);

/*
 * Calls the socket. On success *answer is the parsed body (a new reference; NULL when
 * the body is not JSON) and, with --json, the body has been printed. Otherwise the
 * problem has been explained on stderr. Returns an exit code.
 */
int session_call(struct session *session, const char *method, const char *path,
                 const char *body, json_t **answer);
int session_get(struct session *session, const char *path, json_t **answer);

/* Explains a failed answer on stderr; line_offset is added to the lines of faults. */
int session_explain(struct session *session, enum budkavle_result result,
                    const struct budkavle_answer *answer, long line_offset);

/* A query string in the making: "?a=b&c=d", values escaped. */
void query_add(struct buffer *path, const char *name, const char *value);
/* One segment of a path, escaped. */
void path_add(struct buffer *path, const char *segment);

/*
 * The daemon's id of an incident given by its id or the sender's number; NULL after
 * saying on stderr what is wrong, with the exit code in *exit_code. Caller frees.
 */
char *session_incident_id(struct session *session, const char *given, int *exit_code);

/* The rest of a file, or of stdin for "-". False after saying why. */
bool read_input(const char *name, struct buffer *content);

/* Members of answers; "" or 0 where there is none. */
const char *text_of(const json_t *object, const char *key);
long long number_of(const json_t *object, const char *key);

/* commands_read.c */
int command_status(struct session *session, int argc, char **argv);
int command_incidents(struct session *session, int argc, char **argv);
int command_show(struct session *session, int argc, char **argv);
int command_queue(struct session *session, int argc, char **argv);
int command_channels(struct session *session, int argc, char **argv);
int command_audit(struct session *session, int argc, char **argv);
int command_watch(struct session *session, int argc, char **argv);
/* command_check.c */
int command_check(struct session *session, int argc, char **argv);
/* command_send.c */
int command_send(struct session *session, int argc, char **argv);
int command_preview(struct session *session, int argc, char **argv);
/* command_catalogue.c */
int command_catalogue(struct session *session, int argc, char **argv);
/* command_lint.c */
int command_lint(struct session *session, int argc, char **argv);
/* commands_write.c */
int command_channel(struct session *session, int argc, char **argv);
int command_vapid(struct session *session, int argc, char **argv);
int command_channel_left(struct session *session, int argc, char **argv);
int command_retry(struct session *session, int argc, char **argv);
int command_cancel(struct session *session, int argc, char **argv);
int command_reload(struct session *session, int argc, char **argv);
int command_config(struct session *session, int argc, char **argv);
/* command_report.c */
int command_report(struct session *session, int argc, char **argv);
/* command_held.c */
int command_held(struct session *session, int argc, char **argv);
int command_release(struct session *session, int argc, char **argv);
/* command_amend.c */
int command_correct(struct session *session, int argc, char **argv);
int command_retract(struct session *session, int argc, char **argv);
/* command_log.c */
int command_log(struct session *session, int argc, char **argv);
/* command_backup.c */
int command_backup(struct session *session, int argc, char **argv);
int command_begin_anew(struct session *session, int argc, char **argv);
/* command_return.c */
int command_unsubscribe(struct session *session, int argc, char **argv);
int command_bounce(struct session *session, int argc, char **argv);
/* ctl.c */
int command_help(struct session *session, int argc, char **argv);

#endif
