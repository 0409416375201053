/* SPDX-License-Identifier: EUPL-1.2 */
/* Events without consequence: what would come of them, and what would be said. */
#include "pipeline_internal.h"

#include "text/compose.h"

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

/* What the rules find in the short and in the long form; each once. */
static void
find_faults(const struct previewing *previewing, const struct message *message,
            size_t language, const struct text_set *text,
            struct plain_findings *findings)
{
    const struct pipeline *pipeline = previewing->pipeline;
    struct plain_subject subject = { .catalogue = pipeline->catalogues[language],
                                     .organisation = pipeline->config->organisation,
                                     .page_url = pipeline->config->page_url,
                                     .message = message };

    subject.text = text->short_text;
    subject.short_form = true;
    plain_check(&subject, findings);
    subject.text = text->long_text;
    subject.short_form = false;
    plain_check(&subject, findings);
    plain_findings_unique(findings);
}

static void
preview_channel(struct previewing *previewing, const struct message *message,
                const struct channel *channel)
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
        struct plain_findings findings = { 0 };
        struct preview preview = { .incident = message->incident,
                                   .channel = channel->name,
                                   .driver = channel->driver,
                                   .message = message,
                                   .text = &texts.items[i],
                                   .findings = &findings };

        find_faults(previewing, message, i, &texts.items[i], &findings);
        previewing->each(previewing->context, &preview);
        plain_findings_clear(&findings);
    }
    texts_clear(&texts);
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
                 void (*each)(void *context, const struct preview *preview),
                 void *context, struct faults *faults)
{
    struct previewing previewing = { pipeline, each, context, now_ms, false };
    struct submit_results results = { 0 };
    enum status status = try_events(pipeline, events, now_ms, &results, faults,
                                    preview_message, &previewing);

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
