/* SPDX-License-Identifier: EUPL-1.2 */
/* What happened in a turn: told to the log, the counters and the stream once it is
 * committed. */
#include "pipeline_internal.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pipeline_news *
news_add(struct pipeline *pipeline, enum news_kind kind,
         const struct incident *incident)
{
    struct pipeline_news *news;

    if (pipeline->trying) {
        return NULL;
    }
    pipeline->news = memory_resize(pipeline->news, pipeline->n_news + 1, sizeof(*news));
    news = &pipeline->news[pipeline->n_news++];
    memset(news, 0, sizeof(*news));
    news->kind = kind;
    if (incident != NULL) {
        news->source = string_copy(incident->source);
        news->incident = string_copy(incident->incident);
        memcpy(news->incident_id, incident->id, sizeof(news->incident_id));
    }
    return news;
}

static void
news_clear(struct pipeline_news *news)
{
    free(news->source);
    free(news->incident);
    free(news->event_id);
    free(news->why);
    free(news->channel);
}

void
news_drop(struct pipeline *pipeline, size_t n)
{
    while (pipeline->n_news > n) {
        news_clear(&pipeline->news[--pipeline->n_news]);
    }
}

static void
log_event(const struct pipeline_news *news)
{
    const struct log_field fields[] = {
        { "SOURCE", news->source },  { "INCIDENT", news->incident },
        { "EVENT", news->event_id }, { "RESULT", news->result },
        { "WHY", news->why },
    };

    log_fields(LOG_LEVEL_INFO, LOG_KIND_EVENT_ACCEPTED, fields, ARRAY_COUNT(fields),
               "pipeline: event accepted");
}

static void
log_message(const struct pipeline_news *news)
{
    const struct log_field fields[] = {
        { "SOURCE", news->source },
        { "INCIDENT", news->incident },
        { "MESSAGE_ID", news->message_id },
        { "NOTICE", name_of(&notice_names, (int)news->notice) },
    };

    log_fields(LOG_LEVEL_INFO, LOG_KIND_MESSAGE_MADE, fields, ARRAY_COUNT(fields),
               "pipeline: message made sequence=%lld", (long long)news->sequence);
}

static void
log_delivery(const struct pipeline_news *news)
{
    static const char *const what[] = {
        [LOG_KIND_DELIVERY_DONE] = "concluded",
        [LOG_KIND_DELIVERY_FAILED] = "put off",
        [LOG_KIND_DELIVERY_PARKED] = "parked: a person must act",
    };
    char delivery[24];
    const struct log_field fields[] = {
        { "CHANNEL", news->channel }, { "INCIDENT", news->incident_id },
        { "DELIVERY", delivery },     { "RESULT", news->result },
        { "WHY", news->why },
    };
    enum log_kind kind = LOG_KIND_DELIVERY_FAILED;
    enum log_level level = LOG_LEVEL_INFO;
    int state = name_find(&delivery_state_names, news->result);

    if (state == DELIVERY_PARKED) {
        kind = LOG_KIND_DELIVERY_PARKED;
        level = LOG_LEVEL_ERROR;
    } else if (state >= 0 && delivery_is_final((enum delivery_state)state)) {
        kind = LOG_KIND_DELIVERY_DONE;
    }
    snprintf(delivery, sizeof(delivery), "%lld", (long long)news->delivery);
    log_fields(level, kind, fields, ARRAY_COUNT(fields), "outbound: delivery %s",
               what[kind]);
}

static void
log_alarm(const struct pipeline_news *news)
{
    const struct log_field fields[] = {
        { "ALARM", news->alarm },
        { "SUBJECT", news->channel[0] != '\0' ? news->channel : NULL },
        { "RESULT", news->result },
        { "WHY", news->why[0] != '\0' ? news->why : NULL },
    };
    bool is_over = strcmp(news->result, name_of(&alarm_word_names, ALARM_OVER)) == 0;

    log_fields(is_over ? LOG_LEVEL_NOTICE : LOG_LEVEL_ERROR, LOG_KIND_ALARM, fields,
               ARRAY_COUNT(fields), "alarm: %s",
               is_over ? "over" : "a person must act");
}

static void
log_returned(const struct pipeline_news *news)
{
    char delivery[24];
    const struct log_field fields[] = {
        { "CHANNEL", news->channel },
        { "DELIVERY", delivery },
        { "RESULT", news->result },
        { "WHY", news->why },
    };

    snprintf(delivery, sizeof(delivery), "%lld", (long long)news->delivery);
    log_fields(LOG_LEVEL_INFO, LOG_KIND_NONE, fields, ARRAY_COUNT(fields),
               "pipeline: word came back of a delivery");
}

static void
tell(struct pipeline *pipeline, const struct pipeline_news *news)
{
    switch (news->kind) {
    case NEWS_EVENT:
        counters_add(&pipeline->metrics.events, news->source, news->result, 1);
        log_event(news);
        break;
    case NEWS_MESSAGE:
        log_message(news);
        break;
    case NEWS_DELIVERY:
        counters_add(&pipeline->metrics.deliveries, news->channel, news->result, 1);
        if (news->seconds >= 0) {
            histogram_add(&pipeline->metrics.event_to_delivery, news->seconds);
        }
        log_delivery(news);
        break;
    case NEWS_ALARM:
        log_alarm(news);
        break;
    case NEWS_RETURNED:
        counters_add(&pipeline->metrics.returned, news->channel, news->result, 1);
        log_returned(news);
        break;
    }
    if (pipeline->ports.news != NULL) {
        pipeline->ports.news(pipeline->ports.context, news);
    }
}

void
news_settle(struct pipeline *pipeline, bool told)
{
    for (size_t i = 0; told && i < pipeline->n_news; i++) {
        tell(pipeline, &pipeline->news[i]);
    }
    news_drop(pipeline, 0);
}
