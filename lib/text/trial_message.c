/* SPDX-License-Identifier: EUPL-1.2 */
/* Sample facts. Words that a sender would have written are the catalogue's own. */
#include "text/trial_message.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "model/danger.h"

#include <stdio.h>

/* Monday 23 November 2026, 14:05 in Sweden and Norway. */
#define NOW_MS INT64_C(1795439100000)

const char *
trial_sample_name(enum trial_sample sample)
{
    static const char *const names[TRIAL_SAMPLE_COUNT] = {
        [TRIAL_FULL] = "all is known",
        [TRIAL_BARE] = "hardly anything is known",
        [TRIAL_PASSED] = "the estimate has passed",
        [TRIAL_EXERCISE] = "an exercise",
    };

    return names[sample];
}

int64_t
trial_now_ms(void)
{
    return NOW_MS;
}

static void
know(struct facts *facts, enum event_field field)
{
    facts->has |= FIELD_BIT(field);
}

static void
know_place_named(struct facts *facts, const char *name)
{
    know(facts, FIELD_PLACES);
    facts->places = memory_array(1, sizeof(struct place));
    facts->n_places = 1;
    facts->places[0] = (struct place){ .name = string_copy(name) };
}

static void
know_times(const struct catalogue *catalogue, bool passed, struct message *message)
{
    struct facts *facts = &message->facts;

    know(facts, FIELD_ENDED_AT);
    facts->ended_at_ms = NOW_MS - 4 * MINUTES_MS;
    know(facts, FIELD_ETR);
    facts->etr.at_ms = passed ? NOW_MS - 5 * MINUTES_MS : NOW_MS + 205 * MINUTES_MS;
    facts->etr.basis = ETR_BASIS_CREW;
    localized_add(&facts->etr.reason, "", catalogue_phrase(catalogue, "cause.cable"));
    know(facts, FIELD_PLANNED);
    facts->planned.from_ms = NOW_MS + 67 * HOURS_MS;
    facts->planned.to_ms = NOW_MS + 70 * HOURS_MS;
    localized_add(&facts->planned.work, "",
                  catalogue_phrase(catalogue, "cause.planned_work"));
    message->old_etr_at_ms = NOW_MS + 115 * MINUTES_MS;
    message->old_planned_from_ms = NOW_MS + 43 * HOURS_MS;
    message->old_planned_to_ms = NOW_MS + 46 * HOURS_MS;
    message->old_next_word_at_ms = NOW_MS - 5 * MINUTES_MS;
}

static void
know_the_rest(struct message *message)
{
    struct facts *facts = &message->facts;

    know_place_named(facts, "Storvik");
    know(facts, FIELD_CUSTOMERS_AFFECTED);
    facts->customers_affected = 1432;
    know(facts, FIELD_CUSTOMERS_RESTORED);
    facts->customers_restored = 400;
    if (!facts_has(facts, FIELD_CAUSE)) {
        know(facts, FIELD_CAUSE);
        facts->cause.code = CAUSE_TREE;
    }
    know(facts, FIELD_CREW);
    facts->crew = CREW_ON_SITE;
    know(facts, FIELD_ADVICE);
    strings_add(&facts->advice, "keep_fridge_closed");
    strings_add(&facts->advice, "stay_away_from_lines");
    snprintf(message->merged_into_id, sizeof(message->merged_into_id),
             "b5c2d7e3f4g6h7i2");
}

/* The incident that such a notice is about. */
static enum incident_status
status_of(enum notice notice)
{
    static const struct {
        enum notice notice;
        enum incident_status status;
    } rows[] = {
        { NOTICE_SUSPECTED, INCIDENT_SUSPECTED },
        { NOTICE_PARTLY_RESTORED, INCIDENT_PARTLY_RESTORED },
        { NOTICE_RESTORED, INCIDENT_RESTORED },
        { NOTICE_FALSE_ALARM, INCIDENT_CANCELLED },
        { NOTICE_PLANNED, INCIDENT_PLANNED },
        { NOTICE_PLANNED_3D, INCIDENT_PLANNED },
        { NOTICE_PLANNED_1D, INCIDENT_PLANNED },
        { NOTICE_PLANNED_1H, INCIDENT_PLANNED },
        { NOTICE_PLANNED_MOVED, INCIDENT_PLANNED },
        { NOTICE_PLANNED_OFF, INCIDENT_CANCELLED },
        { NOTICE_PLANNED_STARTED, INCIDENT_PLANNED },
        { NOTICE_PLANNED_ENDED, INCIDENT_RESTORED },
    };

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (rows[i].notice == notice) {
            return rows[i].status;
        }
    }
    return INCIDENT_CONFIRMED;
}

/* Many incidents instead of one. */
static void
know_summary(struct message *message)
{
    static const struct {
        const char *name;
        int64_t customers, incidents;
        bool is_due;
    } places[] = {
        { "Storvik", 1432, 1, true },
        { "Sandviken", 210, 3, false },
        { "Hofors", 0, 0, true },
    };
    struct summary *summary = &message->summary;

    *summary = (struct summary){ .since_ms = NOW_MS - HOURS_MS,
                                 .every_ms = 10 * MINUTES_MS,
                                 .open = 4,
                                 .customers = 1642,
                                 .fresh = 2,
                                 .ended = 1 };
    for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
        struct summary_place *place = summary_place_add(summary);

        *place = (struct summary_place){ .name = string_copy(places[i].name),
                                         .customers = places[i].customers,
                                         .incidents = places[i].incidents,
                                         .is_due = places[i].is_due };
    }
    strings_clear(&message->facts.advice);
    message->facts.has &= ~(FIELD_BIT(FIELD_ADVICE) | FIELD_BIT(FIELD_PLACES));
}

/* The place was said wrong. */
static void
know_correction(struct message *message)
{
    struct correction *correction = &message->correction;

    correction->from = 1;
    correction->wrong = FIELD_BIT(FIELD_PLACES);
    correction->said_at_ms = NOW_MS - 20 * MINUTES_MS;
    know_place_named(&correction->was, "Sandviken");
    if (!facts_has(&message->facts, FIELD_PLACES)) {
        know_place_named(&message->facts, "Storvik");
    }
}

/* What the notice is about by its very nature. */
static void
know_matter(struct message *message)
{
    struct facts *facts = &message->facts;

    if (notice_is_summary(message->notice)) {
        know_summary(message);
    } else if (message->notice == NOTICE_CORRECTION) {
        know_correction(message);
    } else if (message->notice == NOTICE_DANGER) {
        know(facts, FIELD_ADVICE);
        if (!strings_has(&facts->advice, "boil_water")) {
            strings_add(&facts->advice, "boil_water");
        }
    } else if (message->notice == NOTICE_RIGHTS_12H ||
               message->notice == NOTICE_DANGER_OVER) {
        strings_clear(&facts->advice);
        facts->has &= ~FIELD_BIT(FIELD_ADVICE);
        message->old_danger =
            message->notice == NOTICE_DANGER_OVER ? DANGER_BIT(DANGER_BOIL_WATER) : 0;
    }
}

void
trial_message(const struct catalogue *catalogue, enum notice notice,
              enum incident_kind kind, bool unsafe_water, enum trial_sample sample,
              struct message *message)
{
    struct facts *facts = &message->facts;

    *message = (struct message){
        .notice = notice,
        .written_at_ms = NOW_MS,
        .old_etr_at_ms = TIME_NONE,
        .old_planned_from_ms = TIME_NONE,
        .old_planned_to_ms = TIME_NONE,
        .old_next_word_at_ms = TIME_NONE,
        .next_word_at_ms = NOW_MS + 85 * MINUTES_MS,
        .facts = { .kind = kind,
                   .status = status_of(notice),
                   .started_at_ms = NOW_MS - 17 * MINUTES_MS },
    };
    know(facts, FIELD_KIND);
    know(facts, FIELD_STATUS);
    know(facts, FIELD_STARTED_AT);
    snprintf(message->incident_id, sizeof(message->incident_id), "k3v7q2x5m4n6p7a2");
    if (unsafe_water) {
        know(facts, FIELD_CAUSE);
        facts->cause.code = CAUSE_CONTAMINATION;
        know(facts, FIELD_ADVICE);
        strings_add(&facts->advice, "boil_water");
    }
    if (sample != TRIAL_BARE) {
        know_times(catalogue, sample == TRIAL_PASSED, message);
        know_the_rest(message);
    }
    if (sample == TRIAL_EXERCISE) {
        know(facts, FIELD_MODE);
        facts->mode = MODE_EXERCISE;
    }
    know_matter(message);
}
