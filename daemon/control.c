/* SPDX-License-Identifier: EUPL-1.2 */
/* The daemon's socket: what it asks of the pipeline, and what the stream is told. */
#include "daemon.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/shown.h"
#include "codec/shape.h"
#include "service/service.h"
#include "store/log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
is_principal(const struct principal *principal, uid_t uid, const gid_t *gids,
             size_t n_gids)
{
    if (!principal->is_group) {
        return principal->id == uid;
    }
    for (size_t i = 0; i < n_gids; i++) {
        if (gids[i] == principal->id) {
            return true;
        }
    }
    return false;
}

static bool
on_allowed(void *context, enum api_role role, uid_t uid, const gid_t *gids,
           size_t n_gids)
{
    static const enum role roles[API_ROLE_COUNT] = {
        [API_SUBMIT] = ROLE_SUBMIT,   [API_READ] = ROLE_READ,
        [API_OPERATE] = ROLE_OPERATE, [API_APPROVE] = ROLE_APPROVE,
        [API_REPORT] = ROLE_REPORT,
    };
    const struct daemon *daemon = context;
    const struct access *access = &daemon->config->access;
    enum role wanted = roles[role];

    if (uid == 0 || uid == geteuid()) {
        return true;
    }
    for (size_t i = 0; i < access->n_principals[wanted]; i++) {
        if (is_principal(&access->principals[wanted][i], uid, gids, n_gids)) {
            return true;
        }
    }
    return false;
}

/* Why events that were tried out would be refused if they were sent now, one sentence;
 * NULL: they would be taken. Caller frees. */
static char *
refusal_now(const struct daemon *daemon, bool has_room)
{
    struct faults faults = { 0 };
    char *sentence = NULL;

    if (!safe_mode_refuses(daemon, &faults) && !has_room) {
        room_explain(daemon, &faults);
    }
    if (faults.count > 0) {
        sentence = string_format("sent now this would be refused: %s",
                                 faults.items[0].problem);
    } else if (!has_room) {
        sentence = string_copy("sent now this would be refused: there is room on the "
                               "disk only for what is more urgent");
    }
    faults_clear(&faults);
    return sentence;
}

static enum status
check_events(struct daemon *daemon, struct events *events,
             struct submit_results *results, struct faults *faults)
{
    enum status status =
        pipeline_check(daemon->pipeline, events, clock_wall_ms(), results, faults);
    char *refusal = NULL;

    if (status == STATUS_OK) {
        room_look(daemon);
        refusal = refusal_now(daemon, pipeline_has_room(daemon->pipeline, results));
    }
    for (size_t i = 0; refusal != NULL && i < results->count; i++) {
        string_replace(&results->items[i].warning, refusal);
    }
    free(refusal);
    return status;
}

static enum status
on_submit(void *context, struct events *events, bool check,
          struct submit_results *results, struct faults *faults)
{
    struct daemon *daemon = context;
    int64_t now_ms = clock_wall_ms();
    enum status status;

    if (check) {
        return check_events(daemon, events, results, faults);
    }
    if (safe_mode_refuses(daemon, faults)) {
        return STATUS_BUSY;
    }
    room_look(daemon);
    status = pipeline_take(daemon->pipeline, events, now_ms, results, faults);
    if (status == STATUS_FULL) {
        room_explain(daemon, faults);
    }
    return status;
}

static enum status
on_judge(void *context, const struct events *events, struct faults *faults)
{
    struct daemon *daemon = context;

    return pipeline_judge_words(daemon->pipeline, events, faults);
}

static void
on_override(void *context, const struct events *events,
            const struct submit_results *results, const char *reason, uid_t uid)
{
    struct daemon *daemon = context;

    pipeline_note_words(daemon->pipeline, events, results, reason, (int64_t)uid,
                        clock_wall_ms());
}

static void
add_findings(const struct plain_findings *findings, const char *language, json_t *rows)
{
    for (size_t i = 0; i < findings->count; i++) {
        json_array_append_new(rows,
                              json_pack("{s:s, s:s, s:s}", "language", language, "rule",
                                        plain_code(findings->items[i].rule), "problem",
                                        findings->items[i].problem));
    }
}

static void
add_texts(const struct preview *preview, json_t *row)
{
    json_t *findings = json_array();
    char at[TIMESTAMP_SIZE];

    json_object_set_new(row, "channel", json_string(preview->channel));
    json_object_set_new(row, "driver", json_string(preview->driver));
    json_object_set_new(
        row, "notice",
        json_string(name_of(&notice_names, (int)preview->message->notice)));
    json_object_set_new(row, "sequence", json_integer(preview->message->sequence));
    json_object_set_new(row, "texts", shown_shape(preview->shown));
    if (preview->before != NULL) {
        timestamp_format(preview->before_at_ms, at);
        json_object_set_new(row, "before_at", json_string(at));
        json_object_set_new(row, "before", shown_shape(preview->before));
    }
    for (size_t i = 0; i < preview->n_catalogues; i++) {
        add_findings(&preview->findings[i], catalogue_language(preview->catalogues[i]),
                     findings);
    }
    json_object_set_new(row, "findings", findings);
}

void
control_add_preview(void *context, const struct preview *preview)
{
    json_t *previews = context;
    json_t *row = json_object();

    json_object_set_new(row, "incident", json_string(preview->incident));
    if (preview->channel == NULL) {
        json_object_set_new(row, "event_id", json_string(preview->event_id));
        json_object_set_new(row, "why",
                            json_string(preview->why != NULL ? preview->why : ""));
    } else {
        add_texts(preview, row);
    }
    json_array_append_new(previews, row);
}

static void
on_refused(void *context, const char *source)
{
    struct daemon *daemon = context;

    pipeline_count_refused(daemon->pipeline, source);
}

static enum status
on_preview(void *context, struct events *events, json_t **answer, struct faults *faults)
{
    struct daemon *daemon = context;
    json_t *previews = json_array();
    bool has_room = true;
    char *refusal;
    enum status status;

    room_look(daemon);
    status = pipeline_preview(daemon->pipeline, events, clock_wall_ms(), &has_room,
                              control_add_preview, previews, faults);
    if (status != STATUS_OK) {
        json_decref(previews);
        return status;
    }
    *answer = json_object();
    json_object_set_new(*answer, "previews", previews);
    refusal = refusal_now(daemon, has_room);
    if (refusal != NULL) {
        json_object_set_new(*answer, "refused", json_string(refusal));
    }
    free(refusal);
    return STATUS_OK;
}

static enum status
on_retry(void *context, const struct outbound_selector *which, uid_t uid,
         int64_t *count, struct error *error)
{
    struct daemon *daemon = context;

    return pipeline_retry(daemon->pipeline, which, (int64_t)uid, clock_wall_ms(), count,
                          error);
}

static enum status
on_cancel(void *context, const struct outbound_selector *which, const char *reason,
          uid_t uid, int64_t *count, struct error *error)
{
    struct daemon *daemon = context;

    return pipeline_cancel(daemon->pipeline, which, reason, (int64_t)uid,
                           clock_wall_ms(), count, error);
}

static enum status
on_pause(void *context, const char *channel, bool paused, uid_t uid,
         struct error *error)
{
    struct daemon *daemon = context;

    return pipeline_pause(daemon->pipeline, channel, paused, (int64_t)uid,
                          clock_wall_ms(), error);
}

static enum status
on_leave(void *context, const char *channel, const char *recipient,
         enum left_reason reason, uid_t uid, int64_t *number, struct error *error)
{
    struct daemon *daemon = context;

    return pipeline_leave(daemon->pipeline, channel, recipient, reason, (int64_t)uid,
                          clock_wall_ms(), number, error);
}

static enum status
on_take_back(void *context, const char *channel, const char *recipient,
             const char *reason, uid_t uid, struct error *error)
{
    struct daemon *daemon = context;

    return pipeline_return(daemon->pipeline, channel, recipient, reason, (int64_t)uid,
                           clock_wall_ms(), error);
}

static enum status
on_test(void *context, const char *channel,
        void (*done)(void *done_context, const struct outcome *outcome),
        void *done_context, struct error *error)
{
    struct daemon *daemon = context;

    return pipeline_test(daemon->pipeline, channel, clock_wall_ms(), done, done_context,
                         error);
}

static enum status
on_reload(void *context, struct faults *faults)
{
    return daemon_reload(context, faults);
}

static void
on_act(void *context, struct act *act)
{
    struct daemon *daemon = context;

    act->at_ms = clock_wall_ms();
    store_begin(daemon->store);
    store_log_add(daemon->store, act);
}

static void
on_report(void *context, struct daemon_report *report)
{
    daemon_report_fill(context, report);
}

static const struct metrics *
on_metrics(void *context)
{
    struct daemon *daemon = context;

    return pipeline_metrics(daemon->pipeline);
}

static char *
on_config_text(void *context)
{
    const struct daemon *daemon = context;
    struct buffer text = { 0 };

    config_format(daemon->config, &text);
    return buffer_take(&text);
}

struct api_settings
control_settings(const struct daemon *daemon)
{
    const struct socket_config *config = &daemon->config->socket;
    struct api_settings settings = { .path = config->path,
                                     .mode = config->mode,
                                     .group = config->group,
                                     .source = config->source,
                                     .cap_kinds = &config->cap_kinds,
                                     .max_per_uid = config->max_per_uid,
                                     .max = config->max,
                                     .listen_fd = -1 };

    return settings;
}

enum status
control_open(struct daemon *daemon, struct error *error)
{
    static const struct api_ports shape = {
        .allowed = on_allowed,
        .submit = on_submit,
        .judge = on_judge,
        .override = on_override,
        .refused = on_refused,
        .preview = on_preview,
        .retry = on_retry,
        .cancel = on_cancel,
        .held = control_held,
        .release = control_release,
        .pause = on_pause,
        .leave = on_leave,
        .take_back = on_take_back,
        .test = on_test,
        .delivery_report = control_delivery_report,
        .reload = on_reload,
        .amend = amend_incident,
        .begin_anew = safe_mode_begin_anew,
        .unsubscribe = returns_unsubscribe,
        .bounce = returns_bounce,
        .unsubscribe_page = returns_page,
        .act = on_act,
        .report = on_report,
        .metrics = on_metrics,
        .config_text = on_config_text,
    };
    struct api_ports ports = shape;
    struct api_settings settings = control_settings(daemon);

    ports.context = daemon;
    settings.listen_fd = service_listen_fd();
    return api_open(daemon->loop, daemon->turn, daemon->store, &settings, &ports,
                    &daemon->api, error);
}

static void
set_text(json_t *object, const char *key, const char *value)
{
    if (value != NULL && value[0] != '\0') {
        json_object_set_new(object, key, json_string(value));
    }
}

void
control_news(struct daemon *daemon, const struct pipeline_news *news)
{
    static const char *const names[] = {
        [NEWS_EVENT] = "event",       [NEWS_MESSAGE] = "message",
        [NEWS_DELIVERY] = "delivery", [NEWS_ALARM] = "alarm",
        [NEWS_RETURNED] = "returned",
    };
    json_t *data;

    if (daemon->api == NULL) {
        return;
    }
    data = json_object();
    set_text(data, "source", news->source);
    set_text(data, "incident", news->incident);
    set_text(data, "id", news->incident_id);
    set_text(data, "event_id", news->event_id);
    set_text(data, "result", news->result);
    set_text(data, "why", news->why);
    set_text(data, "message", news->message_id);
    set_text(data, "alarm", news->alarm);
    set_text(data, news->kind == NEWS_ALARM ? "subject" : "channel", news->channel);
    if (news->kind == NEWS_MESSAGE) {
        set_text(data, "notice", name_of(&notice_names, (int)news->notice));
    }
    if (news->sequence > 0) {
        json_object_set_new(data, "sequence", json_integer(news->sequence));
    }
    if (news->kind == NEWS_EVENT) {
        json_object_set_new(data, "messages", json_integer(news->messages));
    }
    if (news->delivery > 0) {
        json_object_set_new(data, "delivery", json_integer(news->delivery));
    }
    api_publish(daemon->api, names[news->kind], data);
}
