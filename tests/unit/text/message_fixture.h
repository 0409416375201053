/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Messages for the tests of composing: one that knows nothing, one that knows all.
 */
#ifndef BUDKAVLE_TESTS_TEXT_MESSAGE_FIXTURE_H
#define BUDKAVLE_TESTS_TEXT_MESSAGE_FIXTURE_H

#include "base/memory.h"
#include "base/timestamp.h"
#include "model/message.h"
#include "text/compose.h"
#include "text/gsm7.h"
#include "text/local_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct catalogue *catalogues[3]; /* sv, en, nb */

static inline int64_t
moment(const char *text)
{
    int64_t time_ms = 0;

    assert_true(timestamp_parse(text, &time_ms));
    return time_ms;
}

static inline int
set_up_catalogues(void **state)
{
    struct error error = { 0 };

    (void)state;
    return local_zone_set("Europe/Stockholm", &error) != STATUS_OK ||
           catalogue_builtin("sv", &catalogues[0], &error) != STATUS_OK ||
           catalogue_builtin("en", &catalogues[1], &error) != STATUS_OK ||
           catalogue_builtin("nb", &catalogues[2], &error) != STATUS_OK;
}

static inline int
tear_down_catalogues(void **state)
{
    (void)state;
    catalogue_free(catalogues[0]);
    catalogue_free(catalogues[1]);
    catalogue_free(catalogues[2]);
    return 0;
}

static inline void
know(struct message *message, enum event_field field)
{
    message->facts.has |= FIELD_BIT(field);
}

static inline void
add_place(struct message *message, const char *name)
{
    struct facts *facts = &message->facts;

    know(message, FIELD_PLACES);
    facts->places =
        memory_resize(facts->places, facts->n_places + 1, sizeof(struct place));
    facts->places[facts->n_places++] = (struct place){ .name = string_copy(name) };
}

static inline void
add_advice(struct message *message, const char *key)
{
    know(message, FIELD_ADVICE);
    strings_add(&message->facts.advice, key);
}

/* Written at 14.05 on Monday 23 November 2026, about an incident of which nothing but
 * its kind is known. */
static inline void
bare_message(struct message *message, enum notice notice, enum incident_kind kind)
{
    *message = (struct message){
        .notice = notice,
        .written_at_ms = moment("2026-11-23T14:05:00+01:00"),
        .old_etr_at_ms = TIME_NONE,
        .old_planned_from_ms = TIME_NONE,
        .old_planned_to_ms = TIME_NONE,
        .old_next_word_at_ms = TIME_NONE,
        .next_word_at_ms = TIME_NONE,
        .facts = { .kind = kind, .status = INCIDENT_CONFIRMED },
    };
    know(message, FIELD_KIND);
    know(message, FIELD_STATUS);
    snprintf(message->incident_id, sizeof(message->incident_id), "k3v7q2x5m4n6p7a2");
}

static inline void
know_times(struct message *message)
{
    struct facts *facts = &message->facts;

    know(message, FIELD_STARTED_AT);
    facts->started_at_ms = moment("2026-11-23T13:48:00+01:00");
    know(message, FIELD_ENDED_AT);
    facts->ended_at_ms = moment("2026-11-23T14:01:00+01:00");
    know(message, FIELD_ETR);
    facts->etr.at_ms = moment("2026-11-23T17:30:00+01:00");
    facts->etr.basis = ETR_BASIS_CREW;
    localized_add(&facts->etr.reason, "sv", "Kabeln är skadad på två ställen.");
    localized_add(&facts->etr.reason, "en", "The cable is damaged in two places");
    know(message, FIELD_PLANNED);
    facts->planned.from_ms = moment("2026-11-26T09:00:00+01:00");
    facts->planned.to_ms = moment("2026-11-26T12:00:00+01:00");
    localized_add(&facts->planned.work, "", "Vi byter en transformator");
    message->old_etr_at_ms = moment("2026-11-23T16:00:00+01:00");
    message->old_planned_from_ms = moment("2026-11-25T09:00:00+01:00");
    message->old_planned_to_ms = moment("2026-11-25T12:00:00+01:00");
    message->old_next_word_at_ms = moment("2026-11-23T14:00:00+01:00");
    message->next_word_at_ms = moment("2026-11-23T15:30:00+01:00");
}

static inline void
full_message(struct message *message, enum notice notice, enum incident_kind kind)
{
    bare_message(message, notice, kind);
    know_times(message);
    add_place(message, "Täby kyrkby");
    know(message, FIELD_CUSTOMERS_AFFECTED);
    message->facts.customers_affected = 1432;
    know(message, FIELD_CUSTOMERS_RESTORED);
    message->facts.customers_restored = 400;
    know(message, FIELD_CAUSE);
    message->facts.cause.code = CAUSE_TREE;
    know(message, FIELD_CREW);
    message->facts.crew = CREW_ON_SITE;
    know(message, FIELD_NOTE);
    localized_add(&message->facts.note, "", "Varmt kaffe finns i Gribbylunds skola.");
    add_advice(message, "keep_fridge_closed");
    add_advice(message, "stay_away_from_lines");
    snprintf(message->merged_into_id, sizeof(message->merged_into_id),
             "b5c2d7e3f4g6h7i2");
}

static inline struct compose_context
usual_context(void)
{
    return (struct compose_context){
        .organisation = "Täby Nät",
        .contact = "Ring 020-00 00 00",
        .page_url = "https://drift.example.se",
        .now_ms = moment("2026-11-23T14:05:02+01:00"),
    };
}

static inline void
text_set_free(struct text_set *set)
{
    free(set->language);
    free(set->title);
    free(set->short_text);
    free(set->long_text);
    *set = (struct text_set){ 0 };
}

#endif
