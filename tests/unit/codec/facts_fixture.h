/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Facts with every field set to a value of its own.
 */
#ifndef BUDKAVLE_TEST_FACTS_FIXTURE_H
#define BUDKAVLE_TEST_FACTS_FIXTURE_H

#include "base/memory.h"
#include "model/event.h"

static inline void
fill_places(struct facts *facts)
{
    facts->n_places = 2;
    facts->places = memory_array(2, sizeof(struct place));
    facts->places[0].name = string_copy("Täby kyrkby");
    facts->places[0].code = string_copy("0160-03");
    facts->places[0].geometry =
        string_copy("{\"type\":\"Point\",\"coordinates\":[18.5,59.25]}");
    facts->places[1].name = string_copy("Ella \"park\"\nnorr");
}

static inline void
fill_facts(struct facts *facts)
{
    facts->has = FIELD_BIT(FIELD_COUNT) - 1;
    facts->mode = MODE_EXERCISE;
    facts->kind = KIND_HEATING;
    facts->status = INCIDENT_PARTLY_RESTORED;
    facts->severity = SEVERITY_MODERATE;
    facts->crew = CREW_EN_ROUTE;
    facts->audience = AUDIENCE_STAFF;
    fill_places(facts);
    strings_add(&facts->premises, "735999100001");
    strings_add(&facts->premises, "735999100002");
    facts->customers_affected = 1432;
    facts->customers_restored = 0;
    facts->started_at_ms = INT64_C(1795438080000);
    facts->ended_at_ms = INT64_C(1795438080001);
    facts->next_word_at_ms = INT64_C(1795446000000);
    facts->etr.at_ms = INT64_C(1795451400000);
    facts->etr.basis = ETR_BASIS_AREA;
    localized_add(&facts->etr.reason, "sv", "ledningen är längre");
    localized_add(&facts->etr.reason, "en", "the line is longer");
    facts->planned.from_ms = INT64_C(1795500000000);
    facts->planned.to_ms = INT64_C(1795503600000);
    localized_add(&facts->planned.work, "", "byte av kabel");
    facts->cause.code = CAUSE_DIGGING;
    localized_add(&facts->cause.text, "nb-NO", "graving");
    strings_add(&facts->advice, "stay_away_from_lines");
    localized_add(&facts->note, "", "Vi gör vad vi kan.\n😀");
    facts->merge_into = string_copy("OMS-2");
}

#endif
