/* SPDX-License-Identifier: EUPL-1.2 */
/* What waits for a second person, as that person is shown it, and the alarm when nobody
 * answers. */
#include "pipeline_internal.h"

#include "base/memory.h"
#include "text/compose.h"

#include <stdlib.h>
#include <string.h>

/* --- Shown -------------------------------------------------------------------------- */

static void
compose(const struct pipeline *pipeline, const struct message *message,
        const struct channel *channel, int64_t now_ms, struct texts *texts)
{
    const struct config *config = pipeline->config;
    struct compose_context context = { .organisation = config->organisation,
                                       .contact = config->contact,
                                       .page_url = config->page_url,
                                       .reply_to = channel->reply_to,
                                       .now_ms = now_ms };

    texts_compose(pipeline->catalogues, pipeline->n_catalogues, message, &context,
                  texts);
}

static bool
has_channel(const struct held *held, const char *name)
{
    for (size_t i = 0; i < held->n_channels; i++) {
        if (strcmp(held->channels[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void
add_channel(struct pipeline *pipeline, struct held *held, const char *name,
            int64_t now_ms)
{
    const struct channel *channel = config_channel(pipeline->config, name);
    struct outbound_audience audience;
    struct held_channel *row;

    if (channel == NULL || has_channel(held, name)) {
        return;
    }
    held->channels =
        memory_grow(held->channels, held->n_channels, sizeof(*held->channels));
    row = &held->channels[held->n_channels++];
    outbound_audience(pipeline->outbound, name, &audience);
    *row = (struct held_channel){ .name = channel->name,
                                  .driver = channel->driver,
                                  .persons = audience.persons,
                                  .is_unread = audience.is_unread };
    memcpy(row->digest, audience.digest, sizeof(row->digest));
    compose(pipeline, held->message, channel, now_ms, &row->texts);
}

/* A piece with its end, so that no two lists of pieces look the same. */
static void
add_piece(struct sha256 *state, const char *text)
{
    sha256_add(state, text, strlen(text) + 1);
}

static void
add_digest_of(struct sha256 *state, const struct held_channel *channel)
{
    add_piece(state, channel->name);
    add_piece(state, channel->driver);
    add_piece(state, channel->digest);
    for (size_t i = 0; i < channel->texts.count; i++) {
        const struct text_set *text = &channel->texts.items[i];

        add_piece(state, text->language);
        add_piece(state, text->title);
        add_piece(state, text->short_text);
        add_piece(state, text->long_text);
    }
}

/* What a release binds to: which message, whom it goes to, and every word of it. */
static void
digest(struct held *held)
{
    struct sha256 *state = sha256_new();

    add_piece(state, held->message->id);
    for (size_t i = 0; i < held->n_channels; i++) {
        add_digest_of(state, &held->channels[i]);
    }
    sha256_finish(state, held->sha256);
}

static void
read_uids(const char *text, struct held *held)
{
    char *end = NULL;

    for (; *text != '\0'; text = end + strspn(end, " ")) {
        held->uids = memory_grow(held->uids, held->n_uids, sizeof(*held->uids));
        held->uids[held->n_uids++] = strtoll(text, &end, 10);
        if (end == text) {
            fatal("store: the uids of what waits are not numbers");
        }
    }
}

void
held_load(struct pipeline *pipeline, const struct approval *approval,
          const struct message *message, int64_t now_ms, struct held *held)
{
    struct outbound_rows rows = { 0 };

    *held = (struct held){ .message = message,
                           .rules = approval->rules,
                           .since_ms = approval->since_ms };
    read_uids(approval->uids, held);
    store_approval_rows(pipeline->store, approval->message_row, &rows);
    for (size_t i = 0; i < rows.count; i++) {
        add_channel(pipeline, held, rows.items[i].channel, now_ms);
    }
    outbound_rows_clear(&rows);
    digest(held);
}

void
held_clear(struct held *held)
{
    for (size_t i = 0; i < held->n_channels; i++) {
        texts_clear(&held->channels[i].texts);
    }
    free(held->channels);
    free(held->uids);
}

void
pipeline_held(struct pipeline *pipeline, int64_t now_ms,
              void (*each)(void *context, const struct held *held), void *context)
{
    struct approvals approvals = { 0 };

    store_approvals_load(pipeline->store, &approvals);
    for (size_t i = 0; i < approvals.count; i++) {
        struct message message = { 0 };
        struct held held = { 0 };

        if (message_load(pipeline->store, approvals.items[i].message_row, &message)) {
            held_load(pipeline, &approvals.items[i], &message, now_ms, &held);
            if (held.n_channels > 0) {
                each(context, &held);
            }
        }
        held_clear(&held);
        message_clear(&message);
    }
    approvals_clear(&approvals);
}

/* --- Not answered ------------------------------------------------------------------- */

static void
add_condition(struct pipeline *pipeline, const struct approval *approval,
              struct alarm_conditions *conditions)
{
    struct message message = { 0 };
    struct outbound_rows rows = { 0 };
    struct buffer cause = { 0 };
    struct alarm_condition *condition;

    if (!message_load(pipeline->store, approval->message_row, &message)) {
        message_clear(&message);
        return;
    }
    store_approval_rows(pipeline->store, approval->message_row, &rows);
    hold_rules_format(approval->rules, &cause);
    buffer_addf(&cause, "; budkavle release %s", message.id);
    condition =
        alarm_conditions_add(conditions, ALARM_HELD, message.incident, cause.data);
    condition->since_ms = approval->since_ms;
    condition->waiting = (int64_t)rows.count;
    buffer_clear(&cause);
    outbound_rows_clear(&rows);
    message_clear(&message);
}

int64_t
pipeline_held_troubles(struct pipeline *pipeline, int64_t now_ms,
                       struct alarm_conditions *conditions)
{
    int64_t after_ms = pipeline->config->approve.alarm_after_ms;
    struct approvals approvals = { 0 };
    int64_t next_ms = TIME_NEVER;

    store_approvals_load(pipeline->store, &approvals);
    for (size_t i = 0; i < approvals.count; i++) {
        int64_t due_ms = approvals.items[i].since_ms + after_ms;

        if (due_ms <= now_ms) {
            add_condition(pipeline, &approvals.items[i], conditions);
        } else if (due_ms < next_ms) {
            next_ms = due_ms;
        }
    }
    approvals_clear(&approvals);
    return next_ms;
}

void
pipeline_report_held(struct pipeline *pipeline, struct daemon_report *report)
{
    struct approvals approvals = { 0 };

    store_approvals_load(pipeline->store, &approvals);
    if (approvals.count > 0) {
        strings_take(&report->notes,
                     string_format("%zu held for a second person (budkavle held)",
                                   approvals.count));
    }
    approvals_clear(&approvals);
}
