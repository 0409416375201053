/* SPDX-License-Identifier: EUPL-1.2 */
/* The words of persons in events: what the rules of plain language find in them, and who
 * took them all the same. */
#include "pipeline_internal.h"

#include "base/log.h"
#include "base/memory.h"
#include "text/own_words.h"

#include <stdlib.h>
#include <string.h>

enum {
    LOGGED_MOST = 400 /* bytes of findings in one line of the log */
};

struct stopping {
    struct faults *faults;
    size_t number;
};

static void
add_fault(void *context, const char *field, const struct plain_finding *finding)
{
    struct stopping *stopping = context;

    if (plain_stops(finding->rule)) {
        faults_add(stopping->faults, stopping->number, 0, field, "%s: %s",
                   plain_code(finding->rule), finding->problem);
    }
}

/* What was taken before is not judged again: a repeat changes nothing. */
static bool
is_taken(struct pipeline *pipeline, const struct event *event)
{
    struct event_known known = { 0 };

    return store_event_find(pipeline->store, event->source, event->event_id, &known) &&
           strcmp(known.digest, event->digest) == 0;
}

enum status
pipeline_judge_words(struct pipeline *pipeline, const struct events *events,
                     struct faults *faults)
{
    size_t stopping = 0;

    for (size_t i = 0; i < events->count; i++) {
        const struct event *event = &events->items[i];
        struct stopping found = { faults, i + 1 };

        if (!is_taken(pipeline, event)) {
            stopping += own_words_check(pipeline->catalogues, pipeline->n_catalogues,
                                        pipeline->config->page_url, &event->facts,
                                        add_fault, &found);
        }
    }
    return stopping > 0 ? STATUS_REFUSED : STATUS_OK;
}

char *
pipeline_words_of(const struct pipeline *pipeline, const struct event *event,
                  bool stopping)
{
    return own_words_sentence(pipeline->catalogues, pipeline->n_catalogues,
                              pipeline->config->page_url, &event->facts, stopping);
}

static void
note(struct pipeline *pipeline, const struct event *event, const char *action,
     const char *reason, int64_t uid, int64_t now_ms)
{
    struct incident_row row = { 0 };

    if (store_incident_find(pipeline->store, event->source, event->incident, &row)) {
        store_action_add(pipeline->store, now_ms, uid, action, row.row, 0, NULL,
                         reason);
    }
    incident_row_clear(&row);
    log_warning("intake: words of a person's own action=%s source=%s incident=%s "
                "event_id=%s uid=%lld: %.*s",
                action, event->source, event->incident, event->event_id, (long long)uid,
                (int)LOGGED_MOST, reason);
}

void
pipeline_note_words(struct pipeline *pipeline, const struct events *events,
                    const struct submit_results *results, const char *override,
                    int64_t uid, int64_t now_ms)
{
    for (size_t i = 0; i < events->count && i < results->count; i++) {
        const struct event *event = &events->items[i];
        char *found = NULL;
        char *reason;

        if (results->items[i].result != RESULT_REPEAT) {
            found = pipeline_words_of(pipeline, event, true);
        }
        if (found == NULL) {
            continue;
        }
        reason = override == NULL ? string_copy(found)
                                  : string_format("%s (%s)", override, found);
        note(pipeline, event, override == NULL ? "plain_language" : "override", reason,
             uid, now_ms);
        free(reason);
        free(found);
    }
}
