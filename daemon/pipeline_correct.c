/* SPDX-License-Identifier: EUPL-1.2 */
/* What was said and is wrong: since which message, who heard it, and the notice that sets
 * it right. */
#include "pipeline_internal.h"

#include "base/log.h"
#include "base/memory.h"
#include "channel/driver.h"
#include "policy/correction.h"

#include <stdlib.h>
#include <string.h>

void
amended_clear(struct amended *amended)
{
    for (size_t i = 0; i < amended->n_channels; i++) {
        free(amended->channels[i].name);
    }
    free(amended->channels);
    free(amended->event_id);
    free(amended->why);
    memset(amended, 0, sizeof(*amended));
}

/* --- What was said ---------------------------------------------------------------- */

/* A walk back through the messages of an incident. */
struct history {
    const struct facts *now;
    uint32_t named;
    struct correction *correction;
    struct facts last; /* of the newest message */
    bool has_last;
    uint32_t going_on; /* fields that every message so far said wrong */
};

static void
begin_wrong(struct history *history, const struct message *message)
{
    history->has_last = true;
    facts_copy(&history->last, &message->facts);
    history->going_on = correction_wrong(&message->facts, history->now, history->named);
    history->correction->wrong = history->going_on;
    for (int field = 0; field < FIELD_COUNT; field++) {
        if ((history->going_on & FIELD_BIT(field)) != 0) {
            facts_copy_field(&history->correction->was, &message->facts,
                             (enum event_field)field);
        }
    }
}

/* The fields that this message says wrong too. A correction that was wrong itself is to
 * be set right for all that it was for. */
static void
follow(struct history *history, const struct message *message)
{
    struct correction *correction = history->correction;

    for (int field = 0; field < FIELD_COUNT; field++) {
        uint32_t bit = FIELD_BIT(field);
        bool same = correction_reads_alike(&history->last, &message->facts,
                                           (enum event_field)field);

        if ((history->going_on & bit) != 0 && !same) {
            history->going_on &= ~bit;
        }
    }
    if (history->going_on == 0) {
        return;
    }
    correction->from = message->sequence;
    correction->said_at_ms = message->written_at_ms;
    if ((message->correction.wrong & history->going_on) != 0 &&
        message->correction.from > 0) {
        correction->from = message->correction.from;
        history->going_on &= ~message->correction.wrong;
    }
}

static bool
on_message(void *context, const struct message_row *row)
{
    struct history *history = context;
    struct message message = { 0 };
    struct error error = { 0 };

    if (notice_takes_back(row->notice)) {
        return false;
    }
    if (message_from_row(row, &message, &error) != STATUS_OK) {
        log_error("pipeline: %s", error.text);
        message_clear(&message);
        return true;
    }
    if (!history->has_last) {
        begin_wrong(history, &message);
    }
    follow(history, &message);
    message_clear(&message);
    return history->going_on != 0;
}

/* Fills in what the fields were said to be, since when, and when that was. */
static void
find_wrong(struct pipeline *pipeline, const struct incident *incident, uint32_t named,
           struct correction *correction)
{
    const struct message_filter all = { .incident_row = incident->row,
                                        .state = -1,
                                        .newest_first = true };
    struct history history = { .now = &incident->facts,
                               .named = named,
                               .correction = correction };

    store_messages_list(pipeline->store, &all, on_message, &history);
    facts_clear(&history.last);
}

bool
pipeline_said_otherwise(struct pipeline *pipeline, const struct incident *incident,
                        uint32_t named)
{
    struct correction correction = { 0 };
    bool otherwise;

    find_wrong(pipeline, incident, named, &correction);
    otherwise = correction.wrong != 0;
    correction_clear(&correction);
    return otherwise;
}

/* --- Who heard it ----------------------------------------------------------------- */

static bool
shows_everything(const struct pipeline *pipeline, const char *name)
{
    const struct channel *channel = config_channel(pipeline->config, name);
    const struct driver *driver = channel == NULL ? NULL : driver_find(channel->driver);

    return driver != NULL && driver->render != NULL;
}

/* Those that join now, those that were given what was wrong, and pages. */
static void
keep_concerned(struct pipeline *pipeline, struct take_back what,
               const struct strings *fresh, struct strings *all, bool *is_heard)
{
    struct strings kept = { 0 };

    for (size_t i = 0; i < all->count; i++) {
        int64_t heard, waiting;

        what.channel = all->items[i];
        store_outbound_hearers(pipeline->store, &what, &heard, &waiting);
        *is_heard = *is_heard || heard > 0;
        if (strings_has(fresh, what.channel) ||
            shows_everything(pipeline, what.channel) ||
            store_outbound_was_given(pipeline->store, &what)) {
            strings_add(&kept, what.channel);
        }
    }
    strings_clear(all);
    *all = kept;
}

enum notice
pipeline_correction(struct speech *speech, const struct incident *incident,
                    const struct event *event, const struct strings *fresh,
                    struct strings *all)
{
    struct amending *amending = speech->amending;
    struct take_back what = { .incident_row = incident->row,
                              .sequence = incident->sequence + 1 };
    bool is_heard = false;

    if (amending == NULL || !amending->is_correction) {
        return NOTICE_NONE;
    }
    find_wrong(speech->pipeline, incident, event->named, &amending->correction);
    if (amending->correction.wrong == 0) {
        return NOTICE_NONE;
    }
    what.from = amending->correction.from;
    keep_concerned(speech->pipeline, what, fresh, all, &is_heard);
    return is_heard ? NOTICE_CORRECTION : correction_plain_notice(&incident->facts);
}

/* --- The message ------------------------------------------------------------------ */

static bool
find_alarm(void *context, const struct message_row *row)
{
    int64_t *said_at_ms = context;

    if (notice_takes_back(row->notice)) {
        return false;
    }
    *said_at_ms = row->written_at_ms;
    return true;
}

/* When it was said first, since it was taken back the last time. */
static void
fill_retraction(struct speech *speech, struct message *message)
{
    const struct message_filter all = { .incident_row = message->incident_row,
                                        .state = -1,
                                        .newest_first = true };

    message->correction.from = 1;
    store_messages_list(speech->pipeline->store, &all, find_alarm,
                        &message->correction.said_at_ms);
}

/* Before the rows are changed. */
static void
note_channels(struct speech *speech, const struct message *message,
              const struct strings *channels)
{
    struct amended *amended = speech->amending->amended;

    amended->notice = message->notice;
    amended->sequence = message->sequence;
    amended->wrong = message->correction.wrong;
    amended->channels =
        memory_array(channels->count + 1, sizeof(struct amended_channel));
    for (size_t i = 0; i < channels->count; i++) {
        struct amended_channel *channel = &amended->channels[amended->n_channels++];
        const struct take_back what = { message->incident_row, channels->items[i],
                                        message->correction.from, message->sequence };

        channel->name = string_copy(channels->items[i]);
        store_outbound_hearers(speech->pipeline->store, &what, &channel->heard,
                               &channel->waiting);
    }
}

void
pipeline_take_back(struct speech *speech, struct message *message,
                   const struct strings *channels)
{
    struct amending *amending = speech->amending;

    if (notice_takes_back(message->notice)) {
        fill_retraction(speech, message);
    } else if (amending != NULL && amending->correction.wrong != 0) {
        message->correction = amending->correction;
        amending->correction = (struct correction){ 0 };
        message->priority = PRIORITY_URGENT;
    }
    if (amending == NULL) {
        return;
    }
    if (amending->reason != NULL && message->correction.from > 0) {
        localized_copy(&message->correction.reason, amending->reason);
    }
    note_channels(speech, message, channels);
}
