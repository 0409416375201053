/* SPDX-License-Identifier: EUPL-1.2 */
/* How an event changes an incident, field by field. */
#include "policy/incident.h"

#include "base/memory.h"

static int
compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/*
 * While all events of an incident carry a revision, or none does, this is a total order
 * and the newest of a field is the same in every order of arrival. Where some carry one
 * and some do not, the pairs can be circular: revision 1 at 10:00, revision 2 at 09:00
 * and one without at 09:30 are each older than another. No rule by pairs can order
 * these; a field then holds the winner of the comparisons in order of receipt.
 */
int
stamp_compare(const struct stamp *a, const struct stamp *b)
{
    int order = 0;

    if (a->has_revision && b->has_revision)
        order = compare_numbers(a->revision, b->revision);
    else
        order = compare_numbers(a->at_ms, b->at_ms);
    return order != 0 ? order : compare_numbers(a->receipt, b->receipt);
}

void
incident_begin(struct incident *incident, const char *source, const char *number,
               int64_t now_ms)
{
    string_replace(&incident->source, source);
    string_replace(&incident->incident, number);
    incident->created_at_ms = now_ms;
    incident->updated_at_ms = now_ms;
    incident->exists_since_ms = TIME_NONE;
    incident->closed_at_ms = TIME_NONE;
    incident->confirmed_at_ms = TIME_NONE;
    incident->next_check_ms = TIME_NEVER;
}

static bool
is_newer(const struct stamp *stamp, const struct stamp *held)
{
    return !held->named || stamp_compare(stamp, held) > 0;
}

static void
take_field(struct incident *incident, const struct facts *news, enum event_field field,
           const struct stamp *stamp, struct change *change)
{
    uint32_t bit = FIELD_BIT(field);
    bool had = facts_has(&incident->facts, field);
    bool has = facts_has(news, field);

    incident->stamps[field] = *stamp;
    change->filled |= bit;
    if (has && !had)
        change->supplied |= bit;
    if (has != had || (has && !facts_field_equal(&incident->facts, news, field))) {
        change->changed |= bit;
        facts_copy_field(&incident->facts, news, field);
    }
}

/* What follows from kind and status: whether it exists, since when, when it ended. */
static void
note_life(struct incident *incident, int64_t received_at_ms, struct change *change)
{
    bool over = false;

    incident->exists = facts_has(&incident->facts, FIELD_KIND) &&
                       facts_has(&incident->facts, FIELD_STATUS);
    change->came_to_exist = incident->exists && !change->existed;
    if (change->came_to_exist)
        incident->exists_since_ms = received_at_ms;
    if (!incident->exists)
        incident->exists_since_ms = TIME_NONE;

    over = incident->exists && (incident->facts.status == INCIDENT_RESTORED ||
                                incident->facts.status == INCIDENT_CANCELLED);
    if (!over)
        incident->closed_at_ms = TIME_NONE;
    else if (incident->closed_at_ms == TIME_NONE)
        incident->closed_at_ms = received_at_ms;
}

/* Since when people are known to be without. */
static void
note_confirmed(struct incident *incident, const struct event *event)
{
    enum incident_status status = incident->facts.status;

    if (!incident->exists ||
        (status != INCIDENT_CONFIRMED && status != INCIDENT_PARTLY_RESTORED))
        incident->confirmed_at_ms = TIME_NONE;
    else if (incident->confirmed_at_ms == TIME_NONE)
        incident->confirmed_at_ms =
            event->at_ms < event->received_at_ms ? event->at_ms : event->received_at_ms;
}

enum event_result
incident_apply(struct incident *incident, const struct event *event, int64_t receipt,
               struct change *change)
{
    struct stamp stamp = { .named = true,
                           .has_revision = event->has_revision,
                           .revision = event->revision,
                           .at_ms = event->at_ms,
                           .receipt = receipt };

    *change = (struct change){ .existed = incident->exists };
    if (incident->exists)
        change->status_before = incident->facts.status;
    change->late = !is_newer(&stamp, &incident->newest);
    if (!change->late)
        incident->newest = stamp;

    for (int field = 0; field < FIELD_COUNT; field++) {
        if ((event->named & FIELD_BIT(field)) != 0 &&
            is_newer(&stamp, &incident->stamps[field]))
            take_field(incident, &event->facts, (enum event_field)field, &stamp,
                       change);
    }
    incident->updated_at_ms = event->received_at_ms;
    note_life(incident, event->received_at_ms, change);
    note_confirmed(incident, event);

    if (!incident->exists)
        return RESULT_WAITING;
    if (event->named != 0 && change->filled == 0)
        return RESULT_OUTDATED;
    incident->said.lapses = 0;
    return RESULT_APPLIED;
}
