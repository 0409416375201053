/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The real socket in a folder of its own, with the real loop, turn and store behind it
 * and ports that note what was asked of them.
 */
#ifndef BUDKAVLE_TESTS_API_RIG_H
#define BUDKAVLE_TESTS_API_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api.h"
#include "api/internal.h"
#include "api/peers.h"
#include "base/buffer.h"
#include "base/memory.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct rig {
    char folder[64];
    char path[96];
    struct loop *loop;
    struct turn *turn;
    struct store *store;
    struct api *api;
    struct api_settings settings;
    struct api_ports ports;
    struct metrics metrics;
    unsigned roles; /* bit for each enum api_role that the peer has */
    /* What the ports answer: */
    enum status commit_status, port_status;
    bool test_waits;
    const char *config;
    /* What they were asked: */
    char last[256];
    int n_commits, n_submitted, n_refused;
    bool checked;
    void (*test_done)(void *context, const struct outcome *outcome);
    void *test_context;
};

static inline enum status
rig_commit(void *context, struct error *error)
{
    struct rig *rig = context;
    enum status status = store_commit(rig->store, error);

    rig->n_commits++;
    if (status == STATUS_OK && rig->commit_status != STATUS_OK) {
        return error_set(error, rig->commit_status, "the disk is full");
    }
    return status;
}

static inline bool
rig_allowed(void *context, enum api_role role, uid_t uid, const gid_t *gids,
            size_t n_gids)
{
    const struct rig *rig = context;
    bool has_gid = false;

    assert_int_equal(uid, geteuid());
    for (size_t i = 0; i < n_gids; i++) {
        has_gid = has_gid || gids[i] == getegid();
    }
    assert_true(has_gid);
    return (rig->roles & (1U << role)) != 0;
}

/* Words that have "E" in their note break a rule. */
static inline enum status
rig_judge(void *context, const struct events *events, struct faults *faults)
{
    (void)context;
    for (size_t i = 0; i < events->count; i++) {
        const char *note = localized_find(&events->items[i].facts.note, "sv");

        if (note != NULL && strchr(note, 'E') != NULL) {
            faults_add(faults, i + 1, 0, "note", "E9: a sentence has 21 words");
        }
    }
    return faults->count > 0 ? STATUS_REFUSED : STATUS_OK;
}

static inline void
rig_override(void *context, const struct events *events,
             const struct submit_results *results, const char *reason, uid_t uid)
{
    struct rig *rig = context;

    (void)snprintf(rig->last, sizeof(rig->last), "override %zu of %zu by %d: %s",
                   results->count, events->count, uid == geteuid(), reason);
}

static inline enum status
rig_submit(void *context, struct events *events, bool check,
           struct submit_results *results, struct faults *faults)
{
    struct rig *rig = context;

    rig->checked = check;
    if (rig->port_status != STATUS_OK) {
        faults_add(faults, 1, 0, "event_id", "is known with other content");
        return rig->port_status;
    }
    for (size_t i = 0; i < events->count; i++) {
        struct submit_result *result = submit_results_add(results);

        rig->n_submitted++;
        result->event_id = string_copy(events->items[i].event_id);
        result->incident = string_copy(events->items[i].incident);
        (void)snprintf(result->incident_id, sizeof(result->incident_id), "abc%zu", i);
        result->result = RESULT_APPLIED;
        result->messages = (int64_t)i;
        result->why = i == 0 ? string_copy("no route takes it") : NULL;
        (void)snprintf(rig->last, sizeof(rig->last), "submit %s",
                       events->items[i].source);
    }
    return STATUS_OK;
}

static inline void
rig_refused(void *context, const char *source)
{
    struct rig *rig = context;

    (void)source;
    rig->n_refused++;
}

static inline enum status
rig_preview(void *context, struct events *events, json_t **answer,
            struct faults *faults)
{
    struct rig *rig = context;

    (void)faults;
    (void)snprintf(rig->last, sizeof(rig->last), "preview %zu", events->count);
    *answer = json_pack("{s:[]}", "previews");
    return STATUS_OK;
}

static inline enum status
rig_note(struct rig *rig, const char *what, const struct outbound_selector *which,
         const char *reason, int64_t *count, struct error *error)
{
    (void)snprintf(rig->last, sizeof(rig->last), "%s row=%lld channel=%s state=%d %s",
                   what, (long long)which->row,
                   which->channel != NULL ? which->channel : "-", which->state,
                   reason != NULL ? reason : "-");
    *count = 7;
    return rig->port_status == STATUS_OK
               ? STATUS_OK
               : error_set(error, rig->port_status, "the port refused");
}

static inline enum status
rig_retry(void *context, const struct outbound_selector *which, uid_t uid,
          int64_t *count, struct error *error)
{
    assert_int_equal(uid, geteuid());
    return rig_note(context, "retry", which, NULL, count, error);
}

static inline enum status
rig_cancel(void *context, const struct outbound_selector *which, const char *reason,
           uid_t uid, int64_t *count, struct error *error)
{
    assert_int_equal(uid, geteuid());
    return rig_note(context, "cancel", which, reason, count, error);
}

static inline json_t *
rig_held(void *context)
{
    (void)context;
    return json_pack("{s:[{s:s}]}", "held", "id", "m_1");
}

/* A digest of ones is that of what waits; nothing is known of other ids than m_1. */
static inline enum status
rig_release(void *context, const char *id, uid_t uid, char sha256[SHA256_HEX_SIZE],
            int64_t *count, struct error *error)
{
    struct rig *rig = context;

    assert_int_equal(uid, geteuid());
    if (strcmp(id, "m_1") != 0) {
        return error_set(error, STATUS_NOT_FOUND, "nothing with the id %s waits", id);
    }
    if (rig->port_status != STATUS_OK) {
        return error_set(error, rig->port_status, "a second person releases it");
    }
    if (sha256[0] != '1') {
        memset(sha256, '1', SHA256_HEX_SIZE - 1);
        return error_set(error, STATUS_CONFLICT, "the texts are others now");
    }
    *count = 3;
    return STATUS_OK;
}

static inline enum status
rig_pause(void *context, const char *channel, bool paused, uid_t uid,
          struct error *error)
{
    struct rig *rig = context;

    assert_int_equal(uid, geteuid());
    (void)snprintf(rig->last, sizeof(rig->last), "%s %s", paused ? "pause" : "resume",
                   channel);
    return rig->port_status == STATUS_OK
               ? STATUS_OK
               : error_set(error, rig->port_status, "there is no channel \"%s\"",
                           channel);
}

static inline enum status
rig_leave(void *context, const char *channel, const char *recipient,
          enum left_reason reason, uid_t uid, int64_t *number, struct error *error)
{
    struct rig *rig = context;

    assert_int_equal(uid, geteuid());
    (void)snprintf(rig->last, sizeof(rig->last), "leave %s %s %s", channel, recipient,
                   name_of(&left_reason_names, (int)reason));
    *number = 5;
    return rig->port_status == STATUS_OK
               ? STATUS_OK
               : error_set(error, rig->port_status, "the port refused");
}

static inline enum status
rig_take_back(void *context, const char *channel, const char *recipient,
              const char *reason, uid_t uid, struct error *error)
{
    struct rig *rig = context;

    assert_int_equal(uid, geteuid());
    (void)snprintf(rig->last, sizeof(rig->last), "take-back %s %s %s", channel,
                   recipient, reason != NULL ? reason : "-");
    return rig->port_status == STATUS_OK
               ? STATUS_OK
               : error_set(error, rig->port_status, "the port refused");
}

/* The token "known" is known. */
static inline enum status
rig_unsubscribe(void *context, const char *token, uid_t uid, json_t **answer,
                struct error *error)
{
    struct rig *rig = context;

    assert_int_equal(uid, geteuid());
    (void)snprintf(rig->last, sizeof(rig->last), "unsubscribe %s", token);
    if (strcmp(token, "known") != 0) {
        return error_set(error, STATUS_NOT_FOUND, "there is no mail with this token");
    }
    *answer = json_pack("{s:s}", "result", "unsubscribed");
    return STATUS_OK;
}

static inline json_t *
rig_bounce(void *context, const struct mail_report *report, const char *address,
           uid_t uid)
{
    struct rig *rig = context;

    assert_int_equal(uid, geteuid());
    (void)snprintf(rig->last, sizeof(rig->last), "bounce %s kind=%d fates=%zu", address,
                   (int)report->kind, report->n_fates);
    return json_pack("{s:s}", "result", "gone");
}

static inline char *
rig_page(void *context, enum api_page page)
{
    (void)context;
    return string_format("<p>page %d</p>", (int)page);
}

static inline enum status
rig_delivery_report(void *context, const char *channel,
                    const struct api_delivery_report *report, struct error *error)
{
    struct rig *rig = context;

    (void)error;
    (void)snprintf(rig->last, sizeof(rig->last), "report %s %s %.*s", channel,
                   report->query, (int)report->body->len,
                   report->body->len > 0 ? report->body->data : "");
    return STATUS_OK;
}

static inline enum status
rig_test(void *context, const char *channel,
         void (*done)(void *done_context, const struct outcome *outcome),
         void *done_context, struct error *error)
{
    static const struct outcome delivered = { .kind = OUTCOME_DELIVERED };
    struct rig *rig = context;

    (void)error;
    (void)snprintf(rig->last, sizeof(rig->last), "test %s", channel);
    rig->test_done = done;
    rig->test_context = done_context;
    if (!rig->test_waits) {
        done(done_context, &delivered);
    }
    return STATUS_OK;
}

static inline enum status
rig_reload(void *context, struct faults *faults)
{
    struct rig *rig = context;

    (void)snprintf(rig->last, sizeof(rig->last), "reload");
    if (rig->port_status != STATUS_OK) {
        faults_add(faults, 0, 12, "channel", "there is no driver \"smoke\"");
    }
    return rig->port_status;
}

static inline void
rig_report(void *context, struct daemon_report *report)
{
    (void)context;
    daemon_report_clear(report);
    report->line = string_copy("ok");
    report->ok = true;
    report->oldest_ms = TIME_NONE;
}

static inline const struct metrics *
rig_metrics(void *context)
{
    const struct rig *rig = context;

    return &rig->metrics;
}

static inline char *
rig_config_text(void *context)
{
    const struct rig *rig = context;

    return string_copy(rig->config);
}

static inline void
rig_open(struct rig *rig)
{
    struct error error = { "" };

    if (api_open(rig->loop, rig->turn, rig->store, &rig->settings, &rig->ports,
                 &rig->api, &error) != STATUS_OK) {
        fail_msg("%s", error.text);
    }
}

static inline int
rig_setup(void **state)
{
    static const struct api_ports ports = {
        .allowed = rig_allowed,
        .submit = rig_submit,
        .judge = rig_judge,
        .override = rig_override,
        .refused = rig_refused,
        .preview = rig_preview,
        .retry = rig_retry,
        .cancel = rig_cancel,
        .held = rig_held,
        .release = rig_release,
        .pause = rig_pause,
        .leave = rig_leave,
        .take_back = rig_take_back,
        .unsubscribe = rig_unsubscribe,
        .bounce = rig_bounce,
        .unsubscribe_page = rig_page,
        .test = rig_test,
        .delivery_report = rig_delivery_report,
        .reload = rig_reload,
        .report = rig_report,
        .metrics = rig_metrics,
        .config_text = rig_config_text,
    };
    struct rig *rig = memory_alloc(sizeof(*rig));
    struct error error = { "" };
    char database[96];

    signal(SIGPIPE, SIG_IGN);
    (void)snprintf(rig->folder, sizeof(rig->folder), "/tmp/api-test-XXXXXX");
    assert_non_null(mkdtemp(rig->folder));
    (void)snprintf(rig->path, sizeof(rig->path), "%s/socket", rig->folder);
    (void)snprintf(database, sizeof(database), "%s/db", rig->folder);
    rig->loop = loop_new();
    rig->turn = turn_new(rig->loop, rig_commit, rig);
    if (store_open(database, clock_wall_ms(), &rig->store, &error) != STATUS_OK) {
        fail_msg("%s", error.text);
    }
    metrics_init(&rig->metrics);
    rig->roles = (1U << API_ROLE_COUNT) - 1;
    rig->settings = (struct api_settings){ .path = rig->path,
                                           .mode = 0660,
                                           .source = "socket",
                                           .max_per_uid = 16,
                                           .max = 128,
                                           .listen_fd = -1 };
    rig->config = "organisation = \"Vardala\"\n";
    rig->ports = ports;
    rig->ports.context = rig;
    rig_open(rig);
    *state = rig;
    return 0;
}

static inline void
rig_remove_folder(const char *path)
{
    DIR *folder = opendir(path);

    for (struct dirent *entry = readdir(folder); entry != NULL;
         entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
        }
    }
    closedir(folder);
    (void)rmdir(path);
}

static inline int
rig_teardown(void **state)
{
    struct rig *rig = *state;

    api_close(rig->api);
    turn_free(rig->turn);
    store_close(rig->store);
    loop_free(rig->loop);
    metrics_clear(&rig->metrics);
    rig_remove_folder(rig->folder);
    free(rig);
    return 0;
}

#endif
