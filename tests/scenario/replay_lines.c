/* SPDX-License-Identifier: EUPL-1.2 */
/* What is told of a recording that is replayed. */
#include "replay.h"

#include "base/memory.h"
#include "channel/driver.h"
#include "outbound/rows.h"
#include "policy/recast.h"
#include "store/told.h"
#include "text/compose.h"
#include "text/plain.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
lint(const struct plain_subject *subject, json_t *list)
{
    struct plain_findings findings = { 0 };

    plain_check(subject, &findings);
    for (size_t i = 0; i < findings.count; i++) {
        const struct plain_finding *finding = &findings.items[i];

        if (plain_stops(finding->rule)) {
            char *line = string_format("%s %s: %s: %s", plain_code(finding->rule),
                                       catalogue_language(subject->catalogue),
                                       finding->problem, subject->text);

            json_array_append_new(list, json_string(line));
            free(line);
        }
    }
    plain_findings_clear(&findings);
}

/* The texts of the message in every language, held to the rules that stop a text. */
static json_t *
lint_message(const struct replay *replay, const struct message *message,
             const struct channel *channel)
{
    const struct config *config = replay->world.config;
    const struct compose_context context = { .organisation = config->organisation,
                                             .contact = config->contact,
                                             .page_url = config->page_url,
                                             .reply_to = channel->reply_to,
                                             .now_ms = replay->world.now_ms };
    json_t *list = json_array();
    struct texts texts = { 0 };

    texts_compose(replay->catalogues, config->languages.count, message, &context,
                  &texts);
    for (size_t i = 0; i < texts.count; i++) {
        struct plain_subject subject = { .catalogue = replay->catalogues[i],
                                         .organisation = config->organisation,
                                         .page_url = config->page_url,
                                         .message = message };

        subject.text = texts.items[i].short_text;
        subject.short_form = true;
        lint(&subject, list);
        subject.text = texts.items[i].long_text;
        subject.short_form = false;
        lint(&subject, list);
    }
    texts_clear(&texts);
    return list;
}

static void
set_time(json_t *line, const char *name, int64_t at_ms)
{
    if (at_ms != TIME_NONE) {
        json_object_set_new(line, name, json_real((double)at_ms / 1000));
    }
}

static void
write_request(const struct request *request, json_t *line)
{
    json_t *headers = json_array();

    for (size_t i = 0; i < request->headers.count; i++) {
        if (strncmp(request->headers.items[i], "Authorization", 13) != 0) {
            json_array_append_new(headers, json_string(request->headers.items[i]));
        }
    }
    json_object_set_new(line, "headers", headers);
    json_object_set_new(line, "body",
                        json_stringn(request->body.len > 0 ? request->body.data : "",
                                     request->body.len));
}

/* As its reader was told it. */
static void
recast(struct replay *replay, const struct outbound_row *row,
       const struct channel *channel, struct message *message)
{
    struct store *store = replay->world.store;
    int64_t before = store_told_before(store, row);
    int64_t tolerance_ms =
        driver_etr_tolerance_ms(driver_find(channel->driver), channel);
    struct message told = { 0 };

    if (before == 0) {
        message_recast(message, NULL, tolerance_ms);
    } else if (before > 0 && message_load(store, before, &told)) {
        message_recast(message, &told, tolerance_ms);
    }
    message_clear(&told);
}

static void
write_delivery(struct replay *replay, const struct outbound_row *row)
{
    struct message message = { 0 };
    json_t *line = json_object();
    const struct channel *channel = config_channel(replay->world.config, row->channel);

    if (message_load(replay->world.store, row->message_row, &message)) {
        recast(replay, row, channel, &message);
        set_time(line, "at", replay->world.now_ms);
        json_object_set_new(line, "channel", json_string(row->channel));
        json_object_set_new(line, "message", json_string(message.id));
        json_object_set_new(line, "source", json_string(message.source));
        json_object_set_new(line, "incident", json_string(message.incident));
        json_object_set_new(line, "sequence", json_integer(message.sequence));
        json_object_set_new(line, "notice",
                            json_string(name_of(&notice_names, (int)message.notice)));
        json_object_set_new(
            line, "status",
            json_string(name_of(&status_names, (int)message.facts.status)));
        set_time(line, "etr",
                 facts_has(&message.facts, FIELD_ETR) ? message.facts.etr.at_ms
                                                      : TIME_NONE);
        set_time(line, "next_word_at", message.next_word_at_ms);
        json_object_set_new(line, "faults", lint_message(replay, &message, channel));
        write_request(&replay->answered.request, line);
        json_dumpf(line, stdout, JSON_COMPACT);
        putchar('\n');
    }
    json_decref(line);
    message_clear(&message);
}

void
replay_on_news(struct world *world, const struct pipeline_news *news)
{
    struct replay *replay = (struct replay *)world; /* its first member */
    struct outbound_row row = { 0 };

    if (news->kind == NEWS_DELIVERY && replay->answered.channel != NULL &&
        strcmp(news->result, name_of(&delivery_state_names, DELIVERY_DELIVERED)) == 0 &&
        store_outbound_get(world->store, news->delivery, &row)) {
        write_delivery(replay, &row);
    }
    outbound_row_clear(&row);
}

struct held_count {
    int64_t before_ms, n;
};

static bool
count_held(void *context, const struct outbound_row *row)
{
    struct held_count *count = context;

    count->n += row->created_at_ms < count->before_ms;
    return true;
}

/* Held for longer than a summary lets anything wait. */
static int64_t
held_for_long(const struct replay *replay, const char *channel)
{
    const struct outbound_filter held = { .channel = channel,
                                          .state = DELIVERY_HELD,
                                          .limit = INT64_MAX };
    struct held_count count = { .before_ms = replay->world.now_ms - 11 * MINUTES_MS };

    store_outbound_list(replay->world.store, &held, count_held, &count);
    return count.n;
}

void
replay_write_counts(const struct replay *replay)
{
    const struct config *config = replay->world.config;
    json_t *line = json_object(), *channels = json_object();

    for (size_t i = 0; i < config->n_channels; i++) {
        struct channel_counts counts = { 0 };
        json_t *states = json_object();

        store_outbound_counts(replay->world.store, config->channels[i].name, &counts);
        for (int state = 0; state < DELIVERY_STATE_COUNT; state++) {
            json_object_set_new(states, name_of(&delivery_state_names, state),
                                json_integer(counts.states[state]));
        }
        json_object_set_new(
            states, "held_for_long",
            json_integer(held_for_long(replay, config->channels[i].name)));
        json_object_set_new(channels, config->channels[i].name, states);
    }
    json_object_set_new(line, "events", json_integer(replay->n_events));
    set_time(line, "played_until", replay->played_until_ms);
    json_object_set_new(line, "turns", json_integer(replay->n_turns));
    json_object_set_new(line, "machine_requests", json_integer(replay->n_machine));
    json_object_set_new(line, "longest_turn_ms",
                        json_real((double)replay->longest_turn_us / 1000));
    json_object_set_new(line, "channels", channels);
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(line);
}
