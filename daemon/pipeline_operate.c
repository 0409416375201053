/* SPDX-License-Identifier: EUPL-1.2 */
/* The pipeline's life, and what operators ask of it. */
#include "pipeline_internal.h"

#include "base/memory.h"
#include "catalogues.h"
#include "outbound/trouble.h"
#include "store/log.h"
#include "store/rescue.h"
#include "text/local_time.h"

#include <stdlib.h>
#include <string.h>

/* --- Life ------------------------------------------------------------------------- */

/* The catalogues; the sentence is the first fault, the others were told when the
 * configuration was checked. */
static enum status
load_catalogues(const struct config *config, struct catalogue ***catalogues,
                struct error *error)
{
    struct faults faults = { 0 };
    enum status status = catalogues_load(config, catalogues, &faults);

    if (status != STATUS_OK) {
        error_set(error, status, "%s", faults.items[0].problem);
    }
    faults_clear(&faults);
    return status;
}

void
pipeline_on_concluded(void *context, const struct outbound_row *row,
                      const struct outcome *outcome, enum delivery_state state,
                      int64_t now_ms)
{
    struct pipeline *pipeline = context;
    struct pipeline_news *news = news_add(pipeline, NEWS_DELIVERY, NULL);

    if (news == NULL) {
        return;
    }
    news->channel = string_copy(row->channel);
    news->delivery = row->row;
    news->sequence = row->sequence;
    news->result = name_of(&delivery_state_names, (int)state);
    news->why = string_copy(outcome->detail);
    memcpy(news->message_id, row->message_id, sizeof(news->message_id));
    memcpy(news->incident_id, row->incident_id, sizeof(news->incident_id));
    news->seconds = state == DELIVERY_DELIVERED
                        ? (double)(now_ms - row->created_at_ms) / 1000.0
                        : -1.0;
    pipeline_storm_concluded(pipeline, row, state, now_ms);
}

/* An empty store must not say on a page that nothing is out of order. */
static bool
knows_nothing(struct store *store)
{
    char *why = store_safe_mode(store);
    bool nothing = why != NULL;

    free(why);
    return nothing;
}

static struct outbound_setting
setting_of(const struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    struct outbound_setting setting = { .channels = config->channels,
                                        .n_channels = config->n_channels,
                                        .catalogues = pipeline->catalogues,
                                        .n_catalogues = pipeline->n_catalogues,
                                        .organisation = config->organisation,
                                        .contact = config->contact,
                                        .page_url = config->page_url,
                                        .hold_pages = knows_nothing(pipeline->store) };

    return setting;
}

enum status
pipeline_configure(struct pipeline *pipeline, const struct config *config,
                   int64_t now_ms, struct error *error)
{
    struct catalogue **catalogues = NULL;
    struct outbound_setting setting;
    enum status status = load_catalogues(config, &catalogues, error);

    if (status == STATUS_OK) {
        status = local_zone_set(config->timezone, error);
    }
    if (status != STATUS_OK) {
        catalogues_free(catalogues, catalogues == NULL ? 0 : config->languages.count);
        return status;
    }
    catalogues_free(pipeline->catalogues, pipeline->n_catalogues);
    pipeline->catalogues = catalogues;
    pipeline->n_catalogues = config->languages.count;
    pipeline->held_stale = pipeline->config != NULL;
    pipeline->config = config;
    setting = setting_of(pipeline);
    outbound_configure(pipeline->outbound, &setting, now_ms);
    pipeline->alarming.is_news = true; /* another repeat, other channels */
    pipeline_promises_changed(pipeline);
    pipeline->storm_sweep = true;
    return STATUS_OK;
}

enum status
pipeline_new(struct store *store, const struct config *config,
             const struct pipeline_ports *ports, int64_t now_ms,
             struct pipeline **pipeline, struct error *error)
{
    struct pipeline *made = memory_alloc(sizeof(*made));
    struct outbound_ports outbound_ports = { .context = made,
                                             .concluded = pipeline_on_concluded };
    struct outbound_setting nothing = { 0 };
    enum status status;

    made->store = store;
    made->ports = *ports;
    made->started_at_ms = now_ms;
    made->least = PRIORITY_BULK;
    metrics_init(&made->metrics);
    made->alarming.next_ms = TIME_NEVER;
    made->alarming.is_news = true;
    outbound_ports.submit = ports->transport.submit;
    outbound_ports.random = ports->random;
    outbound_ports.submit_context = ports->transport.context;
    outbound_ports.random_context = ports->context;
    outbound_ports.mono_ms = ports->mono_ms;
    outbound_ports.clock_context = ports->context;
    made->outbound =
        outbound_new(store, &nothing, &outbound_ports, store_instance(store));
    status = pipeline_configure(made, config, now_ms, error);
    if (status == STATUS_OK) {
        store_begin(store);
        outbound_recover(made->outbound, now_ms);
        status = store_commit(store, error);
    }
    if (status != STATUS_OK) {
        pipeline_free(made);
        return status;
    }
    *pipeline = made;
    return STATUS_OK;
}

void
pipeline_free(struct pipeline *pipeline)
{
    if (pipeline == NULL) {
        return;
    }
    outbound_free(pipeline->outbound);
    alarming_clear(&pipeline->alarming);
    watching_clear(&pipeline->watching);
    catalogues_free(pipeline->catalogues, pipeline->n_catalogues);
    news_settle(pipeline, false);
    free(pipeline->news);
    strings_clear(&pipeline->storm_lists);
    metrics_clear(&pipeline->metrics);
    free(pipeline);
}

/* --- Operators -------------------------------------------------------------------- */

static enum status
check_selector(struct pipeline *pipeline, const struct outbound_selector *which,
               struct error *error)
{
    struct outbound_row row = { 0 };
    struct channel_counts counts;
    bool known = true;

    if (which->row != 0) {
        known = store_outbound_get(pipeline->store, which->row, &row);
        outbound_row_clear(&row);
        if (!known) {
            return error_set(error, STATUS_NOT_FOUND, "there is no delivery %lld",
                             (long long)which->row);
        }
    }
    if (which->channel != NULL &&
        config_channel(pipeline->config, which->channel) == NULL) {
        store_outbound_counts(pipeline->store, which->channel, &counts);
        known = false;
        for (int i = 0; i < DELIVERY_STATE_COUNT; i++) {
            known = known || counts.states[i] > 0;
        }
    }
    return known ? STATUS_OK
                 : error_set(error, STATUS_NOT_FOUND, "there is no channel \"%s\"",
                             which->channel);
}

static void
note_action(struct pipeline *pipeline, const struct outbound_selector *which,
            const char *action, const char *reason, int64_t uid, int64_t now_ms)
{
    struct outbound_row row = { 0 };
    struct incident_row incident = { 0 };
    int64_t incident_row = 0;

    if (which->row != 0 && store_outbound_get(pipeline->store, which->row, &row)) {
        incident_row = row.incident_row;
    } else if (which->incident_id != NULL &&
               store_incident_get_id(pipeline->store, which->incident_id, &incident)) {
        incident_row = incident.row;
    }
    store_action_add(pipeline->store, now_ms, uid, action, incident_row, which->row,
                     which->channel, reason);
    outbound_row_clear(&row);
    incident_row_clear(&incident);
}

/* The channels of what was picked are tried now, whatever holds them back. */
static void
hasten(struct pipeline *pipeline, const struct outbound_selector *which)
{
    struct outbound_row row = { 0 };
    const char *channel = which->channel;

    if (which->row != 0 && store_outbound_get(pipeline->store, which->row, &row)) {
        channel = row.channel;
    }
    outbound_hasten(pipeline->outbound, channel);
    outbound_row_clear(&row);
}

enum status
pipeline_retry(struct pipeline *pipeline, const struct outbound_selector *which,
               int64_t uid, int64_t now_ms, int64_t *count, struct error *error)
{
    enum status status = check_selector(pipeline, which, error);

    if (status != STATUS_OK) {
        return status;
    }
    store_begin(pipeline->store);
    *count = store_outbound_retry(pipeline->store, which, now_ms);
    outbound_parked_changed(pipeline->outbound);
    if (which->row != 0 && *count == 0) {
        return error_set(error, STATUS_CONFLICT,
                         "delivery %lld is under way or finished: there is nothing to "
                         "retry",
                         (long long)which->row);
    }
    hasten(pipeline, which);
    note_action(pipeline, which, "retry", NULL, uid, now_ms);
    return STATUS_OK;
}

enum status
pipeline_cancel(struct pipeline *pipeline, const struct outbound_selector *which,
                const char *reason, int64_t uid, int64_t now_ms, int64_t *count,
                struct error *error)
{
    enum status status = check_selector(pipeline, which, error);

    if (status != STATUS_OK) {
        return status;
    }
    store_begin(pipeline->store);
    *count = store_outbound_cancel(pipeline->store, which, reason, now_ms);
    outbound_parked_changed(pipeline->outbound);
    if (which->row != 0 && *count == 0) {
        return error_set(
            error, STATUS_CONFLICT,
            "delivery %lld is under way or finished: it cannot be cancelled",
            (long long)which->row);
    }
    note_action(pipeline, which, "cancel", reason, uid, now_ms);
    return STATUS_OK;
}

enum status
pipeline_pause(struct pipeline *pipeline, const char *channel, bool paused, int64_t uid,
               int64_t now_ms, struct error *error)
{
    enum status status;

    store_begin(pipeline->store);
    status = outbound_pause(pipeline->outbound, channel, paused, now_ms, error);
    if (status == STATUS_OK) {
        store_action_add(pipeline->store, now_ms, uid, paused ? "pause" : "resume", 0,
                         0, channel, NULL);
    }
    return status;
}

enum status
pipeline_test(struct pipeline *pipeline, const char *channel, int64_t now_ms,
              void (*done)(void *context, const struct outcome *outcome), void *context,
              struct error *error)
{
    return outbound_test(pipeline->outbound, channel, now_ms, done, context, error);
}

size_t
pipeline_in_flight(const struct pipeline *pipeline)
{
    return outbound_in_flight(pipeline->outbound);
}

void
pipeline_report(struct pipeline *pipeline, struct daemon_report *report, int64_t now_ms)
{
    int64_t counts[INCIDENT_STATUS_COUNT];
    int64_t waiting = 0;
    int64_t oldest_waiting = TIME_NONE;
    char age[DURATION_SIZE];
    struct log_end head;

    daemon_report_clear(report);
    store_log_head(pipeline->store, &head);
    report->log_row = head.row;
    memcpy(report->log_hash, head.hash, sizeof(report->log_hash));
    report->started_at_ms = pipeline->started_at_ms;
    store_incident_counts(pipeline->store, counts, &waiting, &oldest_waiting);
    for (int i = 0; i < INCIDENT_STATUS_COUNT; i++) {
        if (status_is_open((enum incident_status)i) || i == INCIDENT_PLANNED) {
            report->incidents += counts[i];
        }
    }
    report->unrouted = pipeline->unrouted;
    report->waiting_events = waiting;
    outbound_report(pipeline->outbound, report);
    pipeline_report_alarms(pipeline, report, now_ms);
    pipeline_report_held(pipeline, report);
    pipeline_report_storms(pipeline, report, now_ms);
    if (waiting > 0 && now_ms - oldest_waiting > 10 * MINUTES_MS) {
        strings_take(&report->notes,
                     string_format("%lld incidents wait for their kind or status, the "
                                   "oldest for %s; budkavle incidents --waiting lists "
                                   "them",
                                   (long long)waiting,
                                   duration_format(now_ms - oldest_waiting, age)));
    }
}

static void
add_commit_time(void *context, int64_t us)
{
    histogram_add(context, (double)us / 1e6);
}

const struct metrics *
pipeline_metrics(struct pipeline *pipeline)
{
    store_commit_times(pipeline->store, add_commit_time, &pipeline->metrics.commit);
    return &pipeline->metrics;
}

void
pipeline_count_refused(struct pipeline *pipeline, const char *source)
{
    counters_add(&pipeline->metrics.events, source, "refused", 1);
}
