/* SPDX-License-Identifier: EUPL-1.2 */
/* Events without consequence: what would come of them, and what would be said. */
#include "pipeline_internal.h"

#include "base/memory.h"
#include "channel/driver.h"
#include "channel/shown.h"
#include "text/compose.h"
#include "text/local_time.h"

#include <stdlib.h>
#include <string.h>

static enum status
try_events(struct pipeline *pipeline, struct events *events, int64_t now_ms,
           struct submit_results *results, struct faults *faults, said_port *said,
           void *context)
{
    enum status status = STATUS_OK;

    store_begin(pipeline->store);
    store_try_begin(pipeline->store);
    pipeline->trying = true;
    for (size_t i = 0; i < events->count && status == STATUS_OK; i++) {
        status = pipeline_apply(pipeline, &events->items[i], i + 1, now_ms,
                                submit_results_add(results), faults, said, context);
    }
    pipeline->trying = false;
    store_try_undo(pipeline->store);
    return status;
}

enum status
pipeline_check(struct pipeline *pipeline, struct events *events, int64_t now_ms,
               struct submit_results *results, struct faults *faults)
{
    enum status status =
        try_events(pipeline, events, now_ms, results, faults, NULL, NULL);

    if (status != STATUS_OK) {
        submit_results_clear(results);
    }
    return status;
}

struct previewing {
    struct pipeline *pipeline;
    void (*each)(void *context, const struct preview *preview);
    void *context;
    int64_t now_ms;
    bool said;
};

/* The promise as the text should say it; NULL: none is made. Caller frees. */
static char *
next_word(const struct previewing *previewing, const struct message *message,
          const struct catalogue *catalogue)
{
    int64_t at_ms = message->next_word_at_ms;

    if (at_ms == TIME_NONE || at_ms == TIME_NEVER || at_ms <= previewing->now_ms ||
        !facts_has(&message->facts, FIELD_STATUS) ||
        !status_is_open(message->facts.status)) {
        return NULL;
    }
    return local_time_text(catalogue, at_ms, previewing->now_ms);
}

/* A short text may leave the next word to the long one. */
static void
check_text(const struct previewing *previewing, const struct message *message,
           size_t language, const char *text, bool short_form,
           struct plain_findings *findings)
{
    const struct pipeline *pipeline = previewing->pipeline;
    const struct catalogue *catalogue = pipeline->catalogues[language];
    char *next = short_form ? NULL : next_word(previewing, message, catalogue);
    const struct plain_subject subject = { .catalogue = catalogue,
                                           .organisation =
                                               pipeline->config->organisation,
                                           .page_url = pipeline->config->page_url,
                                           .message = message,
                                           .text = text,
                                           .next_word = next,
                                           .short_form = short_form };

    plain_check(&subject, findings);
    free(next);
}

/* What the rules find in the short and in the long form. */
static void
find_in_forms(const struct previewing *previewing, const struct message *message,
              const struct channel *channel, struct plain_findings *findings)
{
    const struct pipeline *pipeline = previewing->pipeline;
    struct compose_context context = { .organisation = pipeline->config->organisation,
                                       .contact = pipeline->config->contact,
                                       .page_url = pipeline->config->page_url,
                                       .reply_to = channel->reply_to,
                                       .now_ms = previewing->now_ms };
    struct texts texts = { 0 };

    texts_compose(pipeline->catalogues, pipeline->n_catalogues, message, &context,
                  &texts);
    for (size_t i = 0; i < texts.count; i++) {
        check_text(previewing, message, i, texts.items[i].short_text, true,
                   &findings[i]);
        check_text(previewing, message, i, texts.items[i].long_text, false,
                   &findings[i]);
    }
    texts_clear(&texts);
}

/* What the rules find in the texts that are made to fit this channel. */
static void
find_in_fitted(const struct previewing *previewing, const struct message *message,
               const struct shown *shown, struct plain_findings *findings)
{
    const struct pipeline *pipeline = previewing->pipeline;

    for (size_t i = 0; i < shown->count; i++) {
        const struct shown_text *text = &shown->items[i];

        for (size_t l = 0; l < pipeline->n_catalogues; l++) {
            if (strcmp(text->language, catalogue_language(pipeline->catalogues[l])) ==
                0) {
                check_text(previewing, message, l, text->text,
                           text->has_rule && text->rule.unit == LENGTH_GSM7 &&
                               text->rule.most == 1,
                           &findings[l]);
            }
        }
    }
}

static void
find_faults(const struct previewing *previewing, const struct message *message,
            const struct channel *channel, const struct shown *shown,
            struct plain_findings *findings)
{
    const struct driver *driver = driver_find(channel->driver);

    if (driver != NULL && driver->length != NULL) {
        find_in_fitted(previewing, message, shown, findings);
    } else {
        find_in_forms(previewing, message, channel, findings);
    }
    for (size_t i = 0; i < previewing->pipeline->n_catalogues; i++) {
        plain_findings_unique(&findings[i]);
    }
}

static void
preview_channel(struct previewing *previewing, const struct message *message,
                const struct channel *channel)
{
    const struct pipeline *pipeline = previewing->pipeline;
    struct plain_findings *findings =
        memory_array(pipeline->n_catalogues, sizeof(*findings));
    struct shown shown = { 0 }, before = { 0 };
    struct preview preview = {
        .incident = message->incident,
        .channel = channel->name,
        .driver = channel->driver,
        .message = message,
        .shown = &shown,
        .findings = findings,
        .catalogues = (const struct catalogue *const *)pipeline->catalogues,
        .n_catalogues = pipeline->n_catalogues,
    };

    outbound_show(pipeline->outbound, channel->name, message, previewing->now_ms,
                  &shown);
    if (outbound_show_last(pipeline->outbound, channel->name, message->incident_row,
                           &before, &preview.before_at_ms)) {
        preview.before = &before;
    }
    find_faults(previewing, message, channel, &shown, findings);
    previewing->each(previewing->context, &preview);
    for (size_t i = 0; i < pipeline->n_catalogues; i++) {
        plain_findings_clear(&findings[i]);
    }
    free(findings);
    shown_clear(&shown);
    shown_clear(&before);
}

static void
preview_message(void *context, const struct message *message,
                const struct strings *channels)
{
    struct previewing *previewing = context;

    previewing->said = true;
    for (size_t i = 0; i < channels->count; i++) {
        const struct channel *channel =
            config_channel(previewing->pipeline->config, channels->items[i]);

        if (channel != NULL) {
            preview_channel(previewing, message, channel);
        }
    }
}

void
pipeline_show(struct pipeline *pipeline, const struct message *message,
              const struct strings *channels,
              void (*each)(void *context, const struct preview *preview), void *context,
              int64_t now_ms)
{
    struct previewing previewing = { pipeline, each, context, now_ms, false };

    preview_message(&previewing, message, channels);
}

enum status
pipeline_preview(struct pipeline *pipeline, struct events *events, int64_t now_ms,
                 bool *has_room,
                 void (*each)(void *context, const struct preview *preview),
                 void *context, struct faults *faults)
{
    struct previewing previewing = { pipeline, each, context, now_ms, false };
    struct submit_results results = { 0 };
    enum status status = try_events(pipeline, events, now_ms, &results, faults,
                                    preview_message, &previewing);

    *has_room = pipeline_has_room(pipeline, &results);
    for (size_t i = 0; status == STATUS_OK && i < results.count; i++) {
        const struct submit_result *result = &results.items[i];
        struct preview preview = { .event_id = result->event_id,
                                   .incident = result->incident,
                                   .why = result->why };

        if (result->messages == 0) {
            each(context, &preview);
        }
    }
    submit_results_clear(&results);
    return status;
}
