/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The control socket: HTTP/1.1 over AF_UNIX, a table of routes with roles by peer
 * credentials, answers in the shapes of docs/. Reads go to the store; what changes
 * anything goes through the ports and is answered after the commit.
 */
#ifndef BUDKAVLE_API_API_H
#define BUDKAVLE_API_API_H

#include "base/status.h"
#include "loop/loop.h"
#include "loop/turn.h"
#include "model/act.h"
#include "model/cap.h"
#include "model/event.h"
#include "model/fault.h"
#include "model/mail_report.h"
#include "model/report.h"
#include "model/request.h"
#include "store/incidents.h"
#include "store/outbound.h"

#include <jansson.h>
#include <sys/types.h>

struct api;

enum api_role {
    API_SUBMIT,
    API_READ,
    API_OPERATE,
    API_APPROVE,
    API_REPORT,
    API_ROLE_COUNT
};

/* What is shown to a reader who leaves a list. */
enum api_page {
    API_PAGE_ASK,     /* with a button */
    API_PAGE_DONE,    /* gets no more */
    API_PAGE_UNKNOWN, /* there is no such token (any more) */
    API_PAGE_COUNT
};

struct api_settings {
    const char *path; /* made when listen_fd is -1 */
    unsigned mode;
    const char *group;                 /* NULL */
    const char *source;                /* of events that come this way */
    const struct cap_kinds *cap_kinds; /* of alerts among them; NULL: no words */
    int64_t max_per_uid, max;
    int listen_fd; /* handed over by systemd; -1 */
};

/* One person's word that something that was said is wrong. */
struct api_amendment {
    const char *incident_id;
    const char *patch;              /* JSON object of fields; NULL: it is taken back */
    const struct localized *reason; /* NULL: none was given */
    uid_t uid;
    bool check;
};

/* What a gateway says later of a message that it took. Borrowed. */
struct api_delivery_report {
    const char *query;             /* as it was written, without "?"; "" */
    const struct strings *headers; /* "Name: value" */
    const struct buffer *body;
    bool body_is_form;
};

struct api_ports {
    void *context;
    /* May this peer do this? gids: all its groups. */
    bool (*allowed)(void *context, enum api_role role, uid_t uid, const gid_t *gids,
                    size_t n_gids);
    enum status (*submit)(void *context, struct events *events, bool check,
                          struct submit_results *results, struct faults *faults);
    /* The rules of plain language over words of a person's own: STATUS_REFUSED with a
     * fault for each that stops a text. And: events were taken in spite of them. Both may
     * be NULL. */
    enum status (*judge)(void *context, const struct events *events,
                         struct faults *faults);
    void (*override)(void *context, const struct events *events,
                     const struct submit_results *results, const char *reason,
                     uid_t uid);
    /* Events from source were refused before submit, or by it. May be NULL. */
    void (*refused)(void *context, const char *source);
    /* {"previews": […]}, a new reference. */
    enum status (*preview)(void *context, struct events *events, json_t **answer,
                           struct faults *faults);
    enum status (*retry)(void *context, const struct outbound_selector *which,
                         uid_t uid, int64_t *count, struct error *error);
    enum status (*cancel)(void *context, const struct outbound_selector *which,
                          const char *reason, uid_t uid, int64_t *count,
                          struct error *error);
    /* {"held": […]}, a new reference. */
    json_t *(*held)(void *context);
    /* STATUS_REFUSED: the peer sent it itself; STATUS_CONFLICT: sha256 was of other
     * texts or another audience, and is that of these now, or "". */
    enum status (*release)(void *context, const char *id, uid_t uid,
                           char sha256[SHA256_HEX_SIZE], int64_t *count,
                           struct error *error);
    enum status (*pause)(void *context, const char *channel, bool paused, uid_t uid,
                         struct error *error);
    /* A recipient of the channel's list leaves; *number is that of the row. And a person
     * takes it back; reason may be NULL. */
    enum status (*leave)(void *context, const char *channel, const char *recipient,
                         enum left_reason reason, uid_t uid, int64_t *number,
                         struct error *error);
    enum status (*take_back)(void *context, const char *channel, const char *recipient,
                             const char *reason, uid_t uid, struct error *error);
    enum status (*test)(void *context, const char *channel,
                        void (*done)(void *done_context, const struct outcome *outcome),
                        void *done_context, struct error *error);
    /* A delivery report, as outbound_take_report takes it. */
    enum status (*delivery_report)(void *context, const char *channel,
                                   const struct api_delivery_report *report,
                                   struct error *error);
    enum status (*reload)(void *context, struct faults *faults);
    /* Takes back or sets right; *answer is a new reference, unless it fails. */
    enum status (*amend)(void *context, const struct api_amendment *amendment,
                         json_t **answer, struct faults *faults);
    /* The loss of a database that was set aside is accepted; STATUS_CONFLICT: none
     * was. */
    enum status (*begin_anew)(void *context, const char *reason, uid_t uid,
                              struct error *error);
    /* The reader who was sent the token leaves the list; *answer is a new reference,
     * unless it fails. STATUS_NOT_FOUND: it is no token that is known (any more). */
    enum status (*unsubscribe)(void *context, const char *token, uid_t uid,
                               json_t **answer, struct error *error);
    /* A mail came back to this address; a new reference. */
    json_t *(*bounce)(void *context, const struct mail_report *report,
                      const char *address, uid_t uid);
    /* HTML; caller frees. */
    char *(*unsubscribe_page)(void *context, enum api_page page);
    /* Somebody did this, inside the running turn: into the audit log. May be NULL. */
    void (*act)(void *context, struct act *act);
    void (*report)(void *context, struct daemon_report *report);
    const struct metrics *(*metrics)(void *context);
    /* The effective configuration as text; caller frees. */
    char *(*config_text)(void *context);
};

/*
 * Opens the socket. A path on which nobody answers is replaced; STATUS_BUSY when
 * somebody does. The settings are copied.
 */
enum status api_open(struct loop *loop, struct turn *turn, struct store *store,
                     const struct api_settings *settings, const struct api_ports *ports,
                     struct api **api, struct error *error);
/* What waits for a commit or a test is dropped: neither may end any more afterwards. */
void api_close(struct api *api);
/* Stops taking connections; those that wait for an answer get it. */
void api_stop(struct api *api);
/* Limits, mode, group and source of a new configuration; the path stays. */
void api_configure(struct api *api, const struct api_settings *settings);

/* A line for everybody who listens on /v1/stream: event `name`, data as one JSON line.
 * A listener that does not keep up is cut off. Steals the reference. */
void api_publish(struct api *api, const char *name, json_t *data);

/* Rows of the routes table, for its test against the documentation. */
struct api_route_row {
    const char *method, *path; /* "/v1/deliveries/{id}/retry" */
    enum api_role role;
};
size_t api_routes(const struct api_route_row **rows);

#endif
