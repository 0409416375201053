/* SPDX-License-Identifier: EUPL-1.2 */
/* What a summary counts: every open incident that the channel was given, and those that
 * ended since the summary that arrived last; by place, with the large ones that are due to
 * be named. */
#include "pipeline_storm.h"

#include "base/log.h"
#include "base/memory.h"

#include <string.h>

enum {
    PLACES_MOST = 200
};

static struct summary_place *
find_place(struct summary *summary, const char *name)
{
    struct summary_place *place;

    for (size_t i = 0; i < summary->n_places; i++) {
        if (strcmp(summary->places[i].name, name) == 0) {
            return &summary->places[i];
        }
    }
    place = summary_place_add(summary);
    place->name = string_copy(name);
    return place;
}

static const char *
place_name(const struct facts *facts)
{
    for (size_t i = 0; facts_has(facts, FIELD_PLACES) && i < facts->n_places; i++) {
        if (facts->places[i].name != NULL && facts->places[i].name[0] != '\0') {
            return facts->places[i].name;
        }
    }
    return "";
}

static int64_t
customers_of(const struct facts *facts)
{
    return facts_has(facts, FIELD_CUSTOMERS_AFFECTED) ? facts->customers_affected : 0;
}

/* Those who are still without. */
static int64_t
customers_without(const struct facts *facts)
{
    int64_t restored =
        facts_has(facts, FIELD_CUSTOMERS_RESTORED) ? facts->customers_restored : 0;
    int64_t n = customers_of(facts) - restored;

    return n > 0 ? n : 0;
}

static void
add_due(struct summary_gathering *gathering, const struct incident *incident)
{
    struct summary_place *place =
        find_place(gathering->summary, place_name(&incident->facts));

    place->is_due = true;
    if ((gathering->n_due & (gathering->n_due - 1)) == 0) {
        gathering->due = memory_resize(gathering->due,
                                       gathering->n_due == 0 ? 1 : gathering->n_due * 2,
                                       sizeof(*gathering->due));
    }
    gathering->due[gathering->n_due++] =
        (struct summary_due){ incident->row, place->name };
}

static void
note_nature(struct summary_gathering *gathering, const struct facts *facts)
{
    enum event_mode mode = facts_has(facts, FIELD_MODE) ? facts->mode : MODE_ACTUAL;

    gathering->kinds |= UINT32_C(1)
                        << (facts_has(facts, FIELD_KIND) ? facts->kind : KIND_OTHER);
    gathering->has_exercise = gathering->has_exercise || mode == MODE_EXERCISE;
    gathering->has_test = gathering->has_test || mode == MODE_TEST;
}

static void
count(struct summary_gathering *gathering, const struct incident *incident)
{
    const struct facts *facts = &incident->facts;
    struct summary *summary = gathering->summary;
    bool is_open = status_is_open(facts->status);
    bool is_large = customers_of(facts) >= gathering->large;

    note_nature(gathering, facts);
    if (is_open) {
        struct summary_place *place = find_place(summary, place_name(facts));

        summary->open++;
        summary->customers += customers_without(facts);
        place->incidents++;
        place->customers += customers_without(facts);
    } else {
        summary->ended++;
    }
    if (gathering->told_at_ms != TIME_NONE &&
        incident->exists_since_ms >= gathering->told_at_ms) {
        summary->fresh++;
    }
    if (is_large && store_storm_named(gathering->pipeline->store,
                                      gathering->storm->channel, incident->row) == 0) {
        add_due(gathering, incident);
    }
}

static bool
on_incident(void *context, const struct incident_row *row)
{
    struct summary_gathering *gathering = context;
    struct incident incident = { 0 };
    struct error error = { 0 };

    if (row->status == INCIDENT_PLANNED) {
        return true;
    }
    if (incident_from_row(row, &incident, &error) == STATUS_OK) {
        count(gathering, &incident);
    } else {
        log_error("storm: %s", error.text);
    }
    incident_clear(&incident);
    return true;
}

void
summary_gather(struct summary_gathering *gathering)
{
    const struct storm_row *storm = gathering->storm;
    struct incident_filter filter = { .open_only = true,
                                      .channel = storm->channel,
                                      .closed_since_ms = storm->since_ms };

    gathering->told_at_ms = storm->told_at_ms;
    if (storm->told_at_ms != TIME_NONE) {
        filter.closed_since_ms = storm->told_at_ms;
    }
    gathering->summary->since_ms = storm->since_ms;
    gathering->summary->every_ms = gathering->pipeline->config->storm.every_ms;
    store_incidents_list(gathering->pipeline->store, &filter, on_incident, gathering);
    summary_sort(gathering->summary, PLACES_MOST);
}
