/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Checks the notices of a parsed catalogue: that each says what it must, in forms that
 * every kind has.
 */
#include "text/catalogue_check.h"

#include "base/memory.h"
#include "text/catalogue.h"
#include "text/script.h"

#include <stdlib.h>
#include <string.h>

/* A form that a sentence takes from the kind must be there for every kind. */
static void
check_form(const struct catalogue *catalogue, const char *form, const char *notice,
           size_t line, struct catalogue_faults *faults)
{
    for (int kind = 0; kind <= KIND_COUNT; kind++) {
        const char *name =
            kind < KIND_COUNT ? name_of(&kind_names, kind) : KIND_UNSAFE_WATER;
        char *key = string_format("kind.%s.%s", name, form);
        if (!catalogue_phrase(catalogue, key)) {
            catalogue_fault(faults, line,
                            "notice %s says {kind.%s}, but phrase \"%s\" is missing",
                            notice, form, key);
        }
        free(key);
    }
}

static void
check_forms(const struct catalogue *catalogue, const struct sentences *list,
            const char *notice, size_t line, struct catalogue_faults *faults)
{
    for (size_t i = 0; i < list->count; i++) {
        for (size_t j = 0; j < list->items[i].n_parts; j++) {
            const char *form = list->items[i].parts[j].form;
            if (form) {
                check_form(catalogue, form, notice, line, faults);
            }
        }
    }
}

/* The slots that the sentences of rank 1 can say. */
static uint64_t
slots_said_first(const struct script *script)
{
    uint64_t said = 0;

    for (size_t i = 0; i < script->body.count; i++) {
        const struct sentence *sentence = &script->body.items[i];
        for (size_t j = 0; sentence->rank == 1 && j < sentence->n_parts; j++) {
            if (sentence->parts[j].slot >= 0) {
                said |= SLOT_BIT(sentence->parts[j].slot);
            }
        }
    }
    return said;
}

static bool
always_has_title(const struct script *script)
{
    for (size_t i = 0; i < script->titles.count; i++) {
        if (script->titles.items[i].present == 0 &&
            script->titles.items[i].absent == 0) {
            return true;
        }
    }
    return false;
}

static bool
says_place_unknown(const struct script *script)
{
    for (size_t i = 0; i < script->body.count; i++) {
        if (script->body.items[i].rank == 1 &&
            script->body.items[i].absent == SLOT_BIT(SLOT_FLAG_PLACE) &&
            script->body.items[i].present == 0) {
            return true;
        }
    }
    return false;
}

/* An incident's text says the place; the daemon's own trouble has none. */
static void
check_incident_body(const struct script *script, const char *name, uint64_t said,
                    struct catalogue_faults *faults)
{
    if (!(said & SLOT_BIT(SLOT_ORG)) || !(said & SLOT_BIT(SLOT_WRITTEN)) ||
        !(said & (SLOT_BIT(SLOT_PLACES) | SLOT_BIT(SLOT_IN_PLACES))) ||
        !says_place_unknown(script)) {
        catalogue_fault(faults, script->line,
                        "notice %s needs sentences of rank 1 with {org}, with {places} "
                        "or {in_places}, with [!place] alone, and with {written}",
                        name);
    }
}

static void
check_alarm_body(const struct script *script, enum notice notice, const char *name,
                 uint64_t said, struct catalogue_faults *faults)
{
    enum slot trouble = notice == NOTICE_ALARM ? SLOT_TROUBLE : SLOT_TROUBLE_OVER;

    if (!(said & SLOT_BIT(SLOT_ORG)) || !(said & SLOT_BIT(SLOT_WRITTEN)) ||
        !(said & SLOT_BIT(trouble))) {
        catalogue_fault(faults, script->line,
                        "notice %s needs sentences of rank 1 with {org}, with {%s}, "
                        "and with {written}",
                        name, slot_rows[trouble].name);
    }
}

static void
check_notice(const struct catalogue *catalogue, enum notice notice, size_t last_line,
             struct catalogue_faults *faults)
{
    const struct script *script = &catalogue->notices[notice];
    const char *name = name_of(&notice_names, (int)notice);
    uint64_t said = slots_said_first(script);

    if (script->line == 0) {
        catalogue_fault(faults, last_line, "notice \"%s\" is missing", name);
        return;
    }
    if (!always_has_title(script)) {
        catalogue_fault(faults, script->line,
                        "notice %s needs a title without conditions and slots, last",
                        name);
    }
    if (notice_is_alarm(notice)) {
        check_alarm_body(script, notice, name, said, faults);
    } else {
        check_incident_body(script, name, said, faults);
    }
    check_forms(catalogue, &script->titles, name, script->line, faults);
    check_forms(catalogue, &script->body, name, script->line, faults);
}

void
catalogue_check(struct catalogue *catalogue, size_t last_line,
                struct catalogue_faults *faults)
{
    catalogue_sort_phrases(catalogue, faults);
    for (int notice = NOTICE_NONE + 1; notice < NOTICE_COUNT; notice++) {
        check_notice(catalogue, (enum notice)notice, last_line, faults);
    }
    catalogue_check_phrases(catalogue, last_line, faults);
}
