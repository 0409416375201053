/* SPDX-License-Identifier: EUPL-1.2 */
/* What waits for a second person, for that person: shown, released, and an alarm when
 * nobody answers. */
#include "pipeline_internal.h"

#include "base/log.h"
#include "base/memory.h"
#include "text/compose.h"

#include <inttypes.h>
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

/* The message is the caller's. */
static void
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

static void
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

/* --- Made anew ---------------------------------------------------------------------- */

static bool
has_line(const char *text, const char *line)
{
    size_t len = strlen(line);

    for (const char *at = strstr(text, line); at != NULL; at = strstr(at + 1, line)) {
        if ((at == text || at[-1] == '\n') && at[len] == '\n') {
            return true;
        }
    }
    return false;
}

/* Whoever is to hear it still is the one it was held for. A channel on which it was
 * cancelled since is nobody's concern. */
static bool
has_same_audience(struct pipeline *pipeline, const struct approval *approval,
                  const struct incident *incident)
{
    struct strings all = { 0 };
    struct strings fresh = { 0 };
    struct strings held = { 0 };
    bool same = true;

    pipeline_channels_of(pipeline, incident, &all, &fresh);
    pipeline_held_channels(pipeline, incident->row, &held);
    for (size_t i = 0; i < held.count && same; i++) {
        struct strings one = { &held.items[i], 1 };
        char *line = pipeline_audience_text(pipeline, &one);

        line[strlen(line) - 1] = '\0'; /* its line feed */
        same = strings_has(&all, held.items[i]) && has_line(approval->audience, line);
        free(line);
    }
    strings_clear(&all);
    strings_clear(&fresh);
    strings_clear(&held);
    return same;
}

/* The next word it promises must lie ahead. */
static bool
is_too_old(const struct message *message, int64_t now_ms)
{
    return message->next_word_at_ms != TIME_NONE && message->next_word_at_ms <= now_ms;
}

static bool
load_incident(struct pipeline *pipeline, int64_t key, struct incident *incident)
{
    struct incident_row row = { 0 };
    struct error error = { 0 };
    bool found = store_incident_get(pipeline->store, key, &row) &&
                 incident_from_row(&row, incident, &error) == STATUS_OK;

    if (!found) {
        log_error("pipeline: what waits cannot be read: %s", error.text);
    }
    incident_row_clear(&row);
    return found;
}

static void
make_anew(struct pipeline *pipeline, struct incident *incident, int64_t now_ms)
{
    struct speech speech = { .pipeline = pipeline,
                             .now_ms = now_ms,
                             .said_before = incident->said,
                             .is_stale = true };
    struct strings all = { 0 };
    struct strings fresh = { 0 };

    pipeline_channels_of(pipeline, incident, &all, &fresh);
    pipeline_hold(&speech, incident, &all);
    incident->next_check_ms = notice_next_check(incident, now_ms);
    incident_save(pipeline->store, incident);
    strings_clear(&all);
    strings_clear(&fresh);
    speech_clear(&speech);
}

static bool
is_unread(struct pipeline *pipeline, int64_t incident_row)
{
    struct strings held = { 0 };
    bool unread = false;

    pipeline_held_channels(pipeline, incident_row, &held);
    for (size_t i = 0; i < held.count; i++) {
        struct outbound_audience audience;

        outbound_audience(pipeline->outbound, held.items[i], &audience);
        unread = unread || audience.is_unread;
    }
    strings_clear(&held);
    return unread;
}

static void
refresh(struct pipeline *pipeline, const struct approval *approval, int64_t now_ms)
{
    struct incident incident = { 0 };
    bool was_unread = (approval->rules & HOLD_RULE_UNREAD) != 0;

    if ((pipeline->held_stale ||
         (was_unread && !is_unread(pipeline, approval->incident_row))) &&
        load_incident(pipeline, approval->incident_row, &incident) &&
        !has_same_audience(pipeline, approval, &incident)) {
        make_anew(pipeline, &incident, now_ms);
    }
    incident_clear(&incident);
}

void
pipeline_refresh_held(struct pipeline *pipeline, int64_t now_ms)
{
    struct approvals approvals = { 0 };

    /* When nobody may approve any more, what waits is root's to release or cancel. */
    if (pipeline->config->access.n_principals[ROLE_APPROVE] > 0) {
        store_approvals_load(pipeline->store, &approvals);
    }
    for (size_t i = 0; i < approvals.count; i++) {
        refresh(pipeline, &approvals.items[i], now_ms);
    }
    pipeline->held_stale = false;
    approvals_clear(&approvals);
}

/* --- Released ----------------------------------------------------------------------- */

/* What a release is about. */
struct releasing {
    struct pipeline *pipeline;
    struct approval approval;
    struct message message;
    struct incident incident;
    struct held held;
};

static void
releasing_clear(struct releasing *releasing)
{
    held_clear(&releasing->held);
    approval_clear(&releasing->approval);
    message_clear(&releasing->message);
    incident_clear(&releasing->incident);
}

static bool
find_by_id(struct pipeline *pipeline, const char *id, struct releasing *releasing)
{
    struct approvals approvals = { 0 };
    bool found = false;

    store_approvals_load(pipeline->store, &approvals);
    for (size_t i = 0; i < approvals.count && !found; i++) {
        message_clear(&releasing->message);
        found = message_load(pipeline->store, approvals.items[i].message_row,
                             &releasing->message) &&
                strcmp(releasing->message.id, id) == 0;
        if (found) {
            found = store_approval_find(pipeline->store, approvals.items[i].incident_row,
                                        &releasing->approval);
        }
    }
    approvals_clear(&approvals);
    return found && load_incident(pipeline, releasing->approval.incident_row,
                                  &releasing->incident);
}

static bool
is_own(const struct held *held, int64_t uid)
{
    for (size_t i = 0; i < held->n_uids; i++) {
        if (held->uids[i] == uid) {
            return true;
        }
    }
    return false;
}

/* The digest of what waits for the incident now; "" when nothing does. */
static void
digest_now(struct pipeline *pipeline, int64_t incident_row, int64_t now_ms,
           char sha256[SHA256_HEX_SIZE])
{
    struct releasing now = { .pipeline = pipeline };

    sha256[0] = '\0';
    if (store_approval_find(pipeline->store, incident_row, &now.approval) &&
        message_load(pipeline->store, now.approval.message_row, &now.message)) {
        held_load(pipeline, &now.approval, &now.message, now_ms, &now.held);
        memcpy(sha256, now.held.sha256, SHA256_HEX_SIZE);
    }
    releasing_clear(&now);
}

static enum status
tell_changed(struct releasing *releasing, int64_t now_ms, char sha256[SHA256_HEX_SIZE],
             struct error *error)
{
    digest_now(releasing->pipeline, releasing->incident.row, now_ms, sha256);
    if (sha256[0] == '\0') {
        return error_set(error, STATUS_CONFLICT,
                         "%s does not wait any more; budkavle held shows what does",
                         releasing->message.id);
    }
    return error_set(error, STATUS_CONFLICT,
                     "the texts or the audience of %s are not those of that sha256; "
                     "read them again (budkavle held): the sha256 is now %s",
                     releasing->message.id, sha256);
}

/* The words that people have not heard before this are said now. */
static void
note_released(struct releasing *releasing, int64_t uid, int64_t now_ms)
{
    struct pipeline *pipeline = releasing->pipeline;
    struct incident *incident = &releasing->incident;
    struct buffer reason = { 0 };

    for (size_t i = 0; i < releasing->held.n_channels; i++) {
        store_incident_channel_set(pipeline->store, incident->row,
                                   releasing->held.channels[i].name,
                                   releasing->message.sequence);
    }
    if ((releasing->approval.rules & (HOLD_RULE_DANGER | HOLD_RULE_FREE_TEXT)) != 0) {
        hold_end(&incident->withheld);
    }
    message_note_said(incident, &releasing->message, now_ms);
    incident->next_check_ms = notice_next_check(incident, now_ms);
    incident_save(pipeline->store, incident);
    outbound_touch(pipeline->outbound, incident->row);
    buffer_addf(&reason, "%s: ", releasing->message.id);
    hold_rules_format(releasing->approval.rules, &reason);
    buffer_addf(&reason, "; sha256 %s", releasing->held.sha256);
    store_action_add(pipeline->store, now_ms, uid, "release", incident->row, 0, NULL,
                     reason.data);
    buffer_clear(&reason);
}

static enum status
release(struct releasing *releasing, int64_t uid, int64_t now_ms,
        char sha256[SHA256_HEX_SIZE], int64_t *count, struct error *error)
{
    struct pipeline *pipeline = releasing->pipeline;

    held_load(pipeline, &releasing->approval, &releasing->message, now_ms,
              &releasing->held);
    if (is_own(&releasing->held, uid)) {
        return error_set(error, STATUS_REFUSED,
                         "%s was sent by uid %" PRId64
                         " itself: a second person releases it, with another uid",
                         releasing->message.id, uid);
    }
    if (!has_same_audience(pipeline, &releasing->approval, &releasing->incident) ||
        is_too_old(&releasing->message, now_ms)) {
        make_anew(pipeline, &releasing->incident, now_ms);
        return tell_changed(releasing, now_ms, sha256, error);
    }
    if (strcmp(releasing->held.sha256, sha256) != 0) {
        return tell_changed(releasing, now_ms, sha256, error);
    }
    *count = store_approval_release(pipeline->store, releasing->message.row,
                                    releasing->message.priority, now_ms);
    note_released(releasing, uid, now_ms);
    return STATUS_OK;
}

enum status
pipeline_release(struct pipeline *pipeline, const char *id, int64_t uid, int64_t now_ms,
                 char sha256[SHA256_HEX_SIZE], int64_t *count, struct error *error)
{
    struct releasing releasing = { .pipeline = pipeline };
    enum status status;

    store_begin(pipeline->store);
    if (find_by_id(pipeline, id, &releasing)) {
        status = release(&releasing, uid, now_ms, sha256, count, error);
    } else {
        status = error_set(error, STATUS_NOT_FOUND,
                           "nothing with the id %s waits for a second person; budkavle "
                           "held lists what does",
                           id);
    }
    releasing_clear(&releasing);
    return status;
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
    condition = alarm_conditions_add(conditions, ALARM_HELD, message.incident, cause.data);
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
