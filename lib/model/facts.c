/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Copying, comparing and clearing the fields of an incident: what kind of value each
 * field has stands in one table.
 */
#include "model/event.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/*
 * What can be done with one kind of value. A value is passed as a pointer to its member
 * of struct facts; size is that of the member. copy overwrites a zeroed value.
 */
struct value_type {
    void (*copy)(void *to, const void *from, size_t size);
    bool (*equal)(const void *a, const void *b, size_t size);
    void (*clear)(void *value, size_t size);
};

static void
plain_copy(void *to, const void *from, size_t size)
{
    memcpy(to, from, size);
}

static bool
plain_equal(const void *a, const void *b, size_t size)
{
    return memcmp(a, b, size) == 0;
}

static void
plain_clear(void *value, size_t size)
{
    memset(value, 0, size);
}

static void
list_copy(void *to, const void *from, size_t size)
{
    (void)size;
    strings_copy(to, from);
}

static bool
list_equal(const void *a, const void *b, size_t size)
{
    (void)size;
    return strings_equal(a, b);
}

static void
list_clear(void *value, size_t size)
{
    (void)size;
    strings_clear(value);
}

static void
text_copy(void *to, const void *from, size_t size)
{
    (void)size;
    localized_copy(to, from);
}

static bool
text_equal(const void *a, const void *b, size_t size)
{
    (void)size;
    return localized_equal(a, b);
}

static void
text_clear(void *value, size_t size)
{
    (void)size;
    localized_clear(value);
}

static void
string_member_copy(void *to, const void *from, size_t size)
{
    (void)size;
    *(char **)to = string_copy(*(char *const *)from);
}

static bool
string_member_equal(const void *a, const void *b, size_t size)
{
    (void)size;
    return string_equal(*(char *const *)a, *(char *const *)b) != 0;
}

static void
string_member_clear(void *value, size_t size)
{
    (void)size;
    free(*(char **)value);
    *(char **)value = NULL;
}

static void
etr_copy(void *to, const void *from, size_t size)
{
    struct etr *copy = to;
    const struct etr *etr = from;

    (void)size;
    copy->at_ms = etr->at_ms;
    copy->basis = etr->basis;
    localized_copy(&copy->reason, &etr->reason);
}

static bool
etr_equal(const void *a, const void *b, size_t size)
{
    const struct etr *left = a;
    const struct etr *right = b;

    (void)size;
    return left->at_ms == right->at_ms && left->basis == right->basis &&
           localized_equal(&left->reason, &right->reason);
}

static void
etr_clear(void *value, size_t size)
{
    struct etr *etr = value;

    localized_clear(&etr->reason);
    memset(etr, 0, size);
}

static void
planned_copy(void *to, const void *from, size_t size)
{
    struct planned *copy = to;
    const struct planned *planned = from;

    (void)size;
    copy->from_ms = planned->from_ms;
    copy->to_ms = planned->to_ms;
    localized_copy(&copy->work, &planned->work);
}

static bool
planned_equal(const void *a, const void *b, size_t size)
{
    const struct planned *left = a;
    const struct planned *right = b;

    (void)size;
    return left->from_ms == right->from_ms && left->to_ms == right->to_ms &&
           localized_equal(&left->work, &right->work);
}

static void
planned_clear(void *value, size_t size)
{
    struct planned *planned = value;

    localized_clear(&planned->work);
    memset(planned, 0, size);
}

static void
cause_copy(void *to, const void *from, size_t size)
{
    struct cause *copy = to;
    const struct cause *cause = from;

    (void)size;
    copy->code = cause->code;
    localized_copy(&copy->text, &cause->text);
}

static bool
cause_equal(const void *a, const void *b, size_t size)
{
    const struct cause *left = a;
    const struct cause *right = b;

    (void)size;
    return left->code == right->code && localized_equal(&left->text, &right->text);
}

static void
cause_clear(void *value, size_t size)
{
    struct cause *cause = value;

    localized_clear(&cause->text);
    memset(cause, 0, size);
}

/* Places are two members; these three get the whole struct facts. */
static void
places_copy(void *to, const void *from, size_t size)
{
    struct facts *copy = to;
    const struct facts *facts = from;

    (void)size;
    copy->places = memory_array(facts->n_places, sizeof(*copy->places));
    copy->n_places = facts->n_places;
    for (size_t i = 0; i < facts->n_places; i++) {
        copy->places[i].name = string_copy(facts->places[i].name);
        copy->places[i].code = string_copy(facts->places[i].code);
        copy->places[i].geometry = string_copy(facts->places[i].geometry);
    }
}

static bool
places_equal(const void *a, const void *b, size_t size)
{
    const struct facts *left = a;
    const struct facts *right = b;

    (void)size;
    if (left->n_places != right->n_places) {
        return false;
    }
    for (size_t i = 0; i < left->n_places; i++) {
        const struct place *p = &left->places[i];
        const struct place *q = &right->places[i];

        if (!string_equal(p->name, q->name) || !string_equal(p->code, q->code) ||
            !string_equal(p->geometry, q->geometry)) {
            return false;
        }
    }
    return true;
}

static void
places_clear(void *value, size_t size)
{
    struct facts *facts = value;

    (void)size;
    for (size_t i = 0; i < facts->n_places; i++) {
        free(facts->places[i].name);
        free(facts->places[i].code);
        free(facts->places[i].geometry);
    }
    free(facts->places);
    facts->places = NULL;
    facts->n_places = 0;
}

static const struct value_type plain_type = { plain_copy, plain_equal, plain_clear };
static const struct value_type list_type = { list_copy, list_equal, list_clear };
static const struct value_type text_type = { text_copy, text_equal, text_clear };
static const struct value_type string_type = { string_member_copy, string_member_equal,
                                               string_member_clear };
static const struct value_type etr_type = { etr_copy, etr_equal, etr_clear };
static const struct value_type planned_type = { planned_copy, planned_equal,
                                                planned_clear };
static const struct value_type cause_type = { cause_copy, cause_equal, cause_clear };
static const struct value_type places_type = { places_copy, places_equal,
                                               places_clear };

#define MEMBER(type, member)                                                           \
    {                                                                                  \
        &(type), offsetof(struct facts, member), sizeof(((struct facts *)0)->member)   \
    }

static const struct field_row {
    const struct value_type *type;
    size_t offset, size;
} fields[FIELD_COUNT] = {
    [FIELD_MODE] = MEMBER(plain_type, mode),
    [FIELD_KIND] = MEMBER(plain_type, kind),
    [FIELD_STATUS] = MEMBER(plain_type, status),
    [FIELD_SEVERITY] = MEMBER(plain_type, severity),
    [FIELD_PLACES] = { &places_type, 0, sizeof(struct facts) },
    [FIELD_PREMISES] = MEMBER(list_type, premises),
    [FIELD_CUSTOMERS_AFFECTED] = MEMBER(plain_type, customers_affected),
    [FIELD_CUSTOMERS_RESTORED] = MEMBER(plain_type, customers_restored),
    [FIELD_STARTED_AT] = MEMBER(plain_type, started_at_ms),
    [FIELD_ENDED_AT] = MEMBER(plain_type, ended_at_ms),
    [FIELD_ETR] = MEMBER(etr_type, etr),
    [FIELD_PLANNED] = MEMBER(planned_type, planned),
    [FIELD_CAUSE] = MEMBER(cause_type, cause),
    [FIELD_CREW] = MEMBER(plain_type, crew),
    [FIELD_ADVICE] = MEMBER(list_type, advice),
    [FIELD_NOTE] = MEMBER(text_type, note),
    [FIELD_NEXT_WORD_AT] = MEMBER(plain_type, next_word_at_ms),
    [FIELD_AUDIENCE] = MEMBER(plain_type, audience),
    [FIELD_MERGE_INTO] = MEMBER(string_type, merge_into),
};

bool
facts_has(const struct facts *facts, enum event_field field)
{
    return (facts->has & FIELD_BIT(field)) != 0;
}

void
facts_clear(struct facts *facts)
{
    for (int i = 0; i < FIELD_COUNT; i++) {
        fields[i].type->clear((char *)facts + fields[i].offset, fields[i].size);
    }
    facts->has = 0;
}

void
facts_copy_field(struct facts *to, const struct facts *from, enum event_field field)
{
    const struct field_row *row = &fields[field];

    if (to == from) {
        return;
    }
    row->type->clear((char *)to + row->offset, row->size);
    to->has &= ~FIELD_BIT(field);
    if (facts_has(from, field)) {
        row->type->copy((char *)to + row->offset, (const char *)from + row->offset,
                        row->size);
        to->has |= FIELD_BIT(field);
    }
}

void
facts_copy(struct facts *to, const struct facts *from)
{
    for (int i = 0; i < FIELD_COUNT; i++) {
        facts_copy_field(to, from, (enum event_field)i);
    }
}

bool
facts_field_equal(const struct facts *a, const struct facts *b, enum event_field field)
{
    const struct field_row *row = &fields[field];

    if (!facts_has(a, field) || !facts_has(b, field)) {
        return facts_has(a, field) == facts_has(b, field);
    }
    return row->type->equal((const char *)a + row->offset,
                            (const char *)b + row->offset, row->size);
}
