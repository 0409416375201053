/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A summary: what a channel in storm mode is told of all its incidents at once. It counts
 * every open incident that the channel was given and those that ended since the summary
 * that arrived last, so it can stand in for the notices that were held.
 *
 * Each storm of a channel has a row of its own among the daemon's own incidents: its
 * summaries are in order, and a newer one says what an older one said that did not leave.
 */
#include "pipeline_storm.h"

#include "base/log.h"
#include "base/memory.h"
#include "channel/driver.h"
#include "channel/shown.h"
#include "codec/record.h"
#include "text/gsm7.h"

#include <stdlib.h>
#include <string.h>

enum {
    FURTHER_MOST = 20 /* summaries that name what one had no room for, at one time */
};

/* --- The message ------------------------------------------------------------------ */

/* What is said of the whole, as facts of one incident: the kind when all are of one, the
 * general advice, and that it is not real. */
static void
fill_facts(const struct summary_gathering *gathering, struct facts *facts)
{
    static const char *const advice[] = { "stay_away_from_lines", "unplug_appliances",
                                          "keep_fridge_closed", "check_on_neighbours" };

    for (int kind = 0; kind < KIND_COUNT; kind++) {
        if (gathering->kinds == UINT32_C(1) << kind) {
            facts->kind = (enum incident_kind)kind;
            facts->has |= FIELD_BIT(FIELD_KIND);
        }
    }
    if (gathering->kinds == UINT32_C(1) << KIND_POWER) {
        for (size_t i = 0; i < ARRAY_COUNT(advice); i++) {
            strings_add(&facts->advice, advice[i]);
        }
        facts->has |= FIELD_BIT(FIELD_ADVICE);
    }
    if (gathering->has_exercise || gathering->has_test) {
        facts->mode = gathering->has_exercise ? MODE_EXERCISE : MODE_TEST;
        facts->has |= FIELD_BIT(FIELD_MODE);
    }
}

/* The row that the summaries of this storm hang on; a further one has its own, for it
 * stands in for no other. */
static void
own_incident(struct pipeline *pipeline, const struct storm_row *storm, int64_t further,
             bool is_last, int64_t now_ms, struct incident_row *row)
{
    struct incident nothing = { 0 };
    char since[TIMESTAMP_SIZE];

    if (further > 0 || storm->incident_row == 0 ||
        !store_incident_get(pipeline->store, storm->incident_row, row)) {
        timestamp_format(further > 0 ? now_ms : storm->since_ms, since);
        row->own = true;
        row->source = string_copy(CONFIG_OWN_SOURCE);
        row->incident = further > 0
                            ? string_format("storm %s %s further %lld", storm->channel,
                                            since, (long long)further)
                            : string_format("storm %s %s", storm->channel, since);
        row->record = incident_record_format(&nothing);
        row->created_at_ms = now_ms;
        row->exists_since_ms = TIME_NONE;
        row->next_check_ms = TIME_NEVER;
        row->promise_at_ms = TIME_NEVER; /* a summary keeps its own */
        row->promise_made_ms = TIME_NONE;
    }
    row->sequence++;
    row->updated_at_ms = now_ms;
    row->closed_at_ms = is_last ? now_ms : TIME_NONE;
    store_incident_save(pipeline->store, row);
}

static void
note_news(struct pipeline *pipeline, const struct incident_row *row,
          const struct message *message)
{
    struct incident incident = { .source = row->source, .incident = row->incident };
    struct pipeline_news *news;

    memcpy(incident.id, row->id, sizeof(incident.id));
    news = news_add(pipeline, NEWS_MESSAGE, &incident);
    if (news != NULL) {
        memcpy(news->message_id, message->id, sizeof(news->message_id));
        news->notice = message->notice;
        news->sequence = message->sequence;
    }
}

/* Saves the message and gives it to the channel. */
static void
send(struct pipeline *pipeline, const struct storm_row *storm, int64_t further,
     struct message *message, struct message_row *row)
{
    const struct rest rest = { .until_ms = message->written_at_ms };
    struct incident_row incident = { 0 };
    int64_t now_ms = message->written_at_ms;
    bool is_last = further > 0 || message->notice == NOTICE_STORM_OVER;

    own_incident(pipeline, storm, further, is_last, now_ms, &incident);
    message->incident_row = incident.row;
    message->sequence = incident.sequence;
    message_save(pipeline->store, message);
    *row = (struct message_row){ .row = message->row,
                                 .incident_row = message->incident_row,
                                 .sequence = message->sequence,
                                 .notice = message->notice,
                                 .priority = message->priority };
    outbound_add(pipeline->outbound, row, storm->channel, &rest, now_ms);
    storm_word_note(pipeline, storm->channel, message->row, message->incident_row,
                    further == 0, now_ms);
    note_news(pipeline, &incident, message);
    incident_row_clear(&incident);
}

/* --- What is named ---------------------------------------------------------------- */

/* The name is in every text that is made to fit; as it is, or in the letters of a text
 * message. */
static bool
is_named_in(const struct shown *shown, const char *name)
{
    char *folded = gsm7_fold(name);
    bool named = true;

    for (size_t i = 0; i < shown->count && named; i++) {
        const char *text = shown->items[i].text;

        named = !shown->items[i].has_rule || strstr(text, name) != NULL ||
                strstr(text, folded) != NULL;
    }
    free(folded);
    return named;
}

/*
 * How many places from the first the reader is told by name: all where the long text
 * arrives, else those that the texts have room for, as they will be sent.
 */
static size_t
names_that_fit(const struct pipeline *pipeline, const char *channel_name,
               const struct message *message)
{
    struct shown shown = { 0 };
    size_t n = 0;

    outbound_show(pipeline->outbound, channel_name, message, message->written_at_ms,
                  &shown);
    while (n < message->summary.n_places &&
           is_named_in(&shown, message->summary.places[n].name)) {
        n++;
    }
    shown_clear(&shown);
    return n;
}

static bool
is_among(const struct summary *summary, size_t n, const char *name)
{
    for (size_t i = 0; i < n && i < summary->n_places; i++) {
        if (strcmp(summary->places[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Remembers which large incidents the message names; the others are still due. */
static void
note_named(struct summary_gathering *gathering, const struct message *message)
{
    const char *channel = gathering->storm->channel;
    size_t n = names_that_fit(gathering->pipeline, channel, message);
    size_t n_left = 0;

    for (size_t i = 0; i < gathering->n_due; i++) {
        struct summary_due due = gathering->due[i];

        if (is_among(&message->summary, n, due.place)) {
            store_storm_name(gathering->pipeline->store, channel, due.incident_row,
                             STORM_NAMED);
        } else {
            gathering->due[n_left++] = due;
        }
    }
    gathering->n_due = n_left;
}

/* A summary of the places that are still due. */
static void
take_due(const struct summary_gathering *gathering, const struct summary *whole,
         struct summary *further)
{
    further->is_further = true;
    further->since_ms = whole->since_ms;
    further->every_ms = whole->every_ms;
    for (size_t i = 0; i < whole->n_places; i++) {
        const struct summary_place *place = &whole->places[i];
        bool is_due = false;

        for (size_t j = 0; j < gathering->n_due && !is_due; j++) {
            is_due = strcmp(gathering->due[j].place, place->name) == 0;
        }
        if (is_due) {
            struct summary_place *copy = summary_place_add(further);

            *copy = *place;
            copy->name = string_copy(place->name);
            further->open += place->incidents;
            further->customers += place->customers;
        }
    }
}

/* What the summary had no room for is said at once, as far as the rate allows. */
static void
say_further(struct summary_gathering *gathering, const struct message *whole,
            int64_t next_ms)
{
    struct pipeline *pipeline = gathering->pipeline;
    const struct storm_row *storm = gathering->storm;
    int64_t now_ms = whole->written_at_ms;

    for (int64_t n = 1; gathering->n_due > 0 && n <= FURTHER_MOST; n++) {
        struct message message = *whole;
        struct message_row row;

        if (storm_room_now(pipeline, storm->channel, next_ms, now_ms) == 0) {
            return;
        }
        memset(&message.facts, 0, sizeof(message.facts));
        memset(&message.summary, 0, sizeof(message.summary));
        message.notice = NOTICE_STORM;
        fill_facts(gathering, &message.facts);
        take_due(gathering, &whole->summary, &message.summary);
        send(pipeline, storm, n, &message, &row);
        note_named(gathering, &message);
        message_clear(&message);
    }
}

/* --- The whole -------------------------------------------------------------------- */

static enum notice
notice_of(const struct storm_row *storm, bool is_over)
{
    if (is_over) {
        return NOTICE_STORM_OVER;
    }
    return storm->incident_row == 0 ? NOTICE_STORM_BEGUN : NOTICE_STORM;
}

static void
save_storm(struct pipeline *pipeline, struct storm_row *storm,
           const struct message *message, int64_t next_ms)
{
    storm->incident_row = message->incident_row;
    storm->last_ms = message->written_at_ms;
    storm->next_ms = next_ms;
    if (message->notice == NOTICE_STORM_OVER) {
        store_storm_end(pipeline->store, storm->channel);
        log_info("storm: over; every notice is said by itself again channel=%s",
                 storm->channel);
    } else {
        store_storm_save(pipeline->store, storm);
    }
}

void
storm_say_summary(struct pipeline *pipeline, struct storm_row *storm, bool is_over,
                  int64_t now_ms)
{
    int64_t next_ms = now_ms + pipeline->config->storm.every_ms;
    struct message message = { .notice = notice_of(storm, is_over),
                               .priority = PRIORITY_URGENT,
                               .written_at_ms = now_ms,
                               .revision = -1,
                               .at_ms = now_ms,
                               .updated_at_ms = now_ms,
                               .old_etr_at_ms = TIME_NONE,
                               .old_planned_from_ms = TIME_NONE,
                               .old_planned_to_ms = TIME_NONE,
                               .old_next_word_at_ms = TIME_NONE,
                               .next_word_at_ms = is_over ? TIME_NONE : next_ms };
    struct summary_gathering gathering = { .pipeline = pipeline,
                                           .storm = storm,
                                           .summary = &message.summary,
                                           .large = pipeline->config->storm.large };
    struct message_row row;

    summary_gather(&gathering);
    fill_facts(&gathering, &message.facts);
    send(pipeline, storm, 0, &message, &row);
    store_storm_cover(pipeline->store, storm->channel, &row);
    store_storm_waits_drop(pipeline->store, storm->channel, -1);
    note_named(&gathering, &message);
    say_further(&gathering, &message, next_ms);
    save_storm(pipeline, storm, &message, next_ms);
    free(gathering.due);
    message_clear(&message);
}
