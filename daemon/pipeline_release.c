/* SPDX-License-Identifier: EUPL-1.2 */
/* A second person releases what waits. It is what that person has read and goes to whom
 * it was meant for, or it is made anew and must be read again. */
#include "pipeline_internal.h"

#include "base/log.h"
#include "base/memory.h"
#include "store/told.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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

static void
refresh(struct pipeline *pipeline, const struct approval *approval, int64_t now_ms)
{
    struct incident incident = { 0 };

    if (load_incident(pipeline, approval->incident_row, &incident) &&
        !has_same_audience(pipeline, approval, &incident)) {
        make_anew(pipeline, &incident, now_ms);
    }
    incident_clear(&incident);
}

void
pipeline_refresh_held(struct pipeline *pipeline, int64_t now_ms)
{
    struct approvals approvals = { 0 };
    int64_t lists_read = outbound_lists_read(pipeline->outbound);

    if (!pipeline->held_stale && pipeline->lists_read == lists_read) {
        return;
    }
    pipeline->lists_read = lists_read;
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
            found = store_approval_find(
                pipeline->store, approvals.items[i].incident_row, &releasing->approval);
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
/* The channel is given the message now: with dangerous advice, it waits for nothing that
 * rests or that a storm holds there. */
static void
note_given(struct releasing *releasing, const char *channel, int64_t now_ms)
{
    struct pipeline *pipeline = releasing->pipeline;
    const struct message *message = &releasing->message;
    struct channel_told told;

    store_incident_channel_set(pipeline->store, releasing->incident.row, channel,
                               message->sequence);
    store_told_get(pipeline->store, releasing->incident.row, channel, &told);
    told.etr_at_ms =
        facts_has(&message->facts, FIELD_ETR) ? message->facts.etr.at_ms : TIME_NONE;
    if ((releasing->approval.rules & HOLD_RULE_DANGER) != 0) {
        outbound_end_rest(pipeline->outbound, releasing->incident.row, channel, now_ms);
        told.rests_until_ms = TIME_NONE;
        pipeline_storm_let_by(pipeline, message, channel);
    }
    store_told_set(pipeline->store, releasing->incident.row, channel, &told);
}

static void
note_released(struct releasing *releasing, int64_t uid, int64_t now_ms)
{
    struct pipeline *pipeline = releasing->pipeline;
    struct incident *incident = &releasing->incident;
    struct buffer reason = { 0 };

    for (size_t i = 0; i < releasing->held.n_channels; i++) {
        note_given(releasing, releasing->held.channels[i].name, now_ms);
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
    /* A long list stays as patient as it was. */
    *count = store_approval_release(pipeline->store, releasing->message.row,
                                    (releasing->held.rules & HOLD_RULE_DANGER) != 0
                                        ? PRIORITY_URGENT
                                        : PRIORITY_BULK,
                                    now_ms);
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
