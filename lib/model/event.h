/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One event of format version 1 (docs/events.md): a patch on one incident. Only the
 * codec makes events, so every event has been checked.
 */
#ifndef BUDKAVLE_MODEL_EVENT_H
#define BUDKAVLE_MODEL_EVENT_H

#include "base/digest.h"
#include "base/strings.h"
#include "base/timestamp.h"
#include "model/names.h"

#include <stdbool.h>
#include <stdint.h>

/* A text in one or several languages. A plain string has language "". */
struct localized {
    struct strings languages; /* same count as texts */
    struct strings texts;
};

struct place {
    char *name;     /* as people say it */
    char *code;     /* or NULL */
    char *geometry; /* GeoJSON geometry as JSON text, or NULL */
};

struct etr {
    int64_t at_ms;
    enum etr_basis basis;
    struct localized reason; /* why the time changed */
};

struct planned {
    int64_t from_ms, to_ms;
    struct localized work;
};

struct cause {
    enum cause_code code; /* CAUSE_OTHER when only a text was given */
    struct localized text;
};

/*
 * What is known of an incident, or what an event says. has is a set of
 * FIELD_BIT(enum event_field); a field outside it has no meaning.
 */
struct facts {
    uint32_t has;
    enum event_mode mode;
    enum incident_kind kind;
    enum incident_status status;
    enum severity severity;
    enum crew crew;
    enum audience audience;
    struct place *places;
    size_t n_places;
    struct strings premises; /* never published */
    int64_t customers_affected, customers_restored;
    int64_t started_at_ms, ended_at_ms, next_word_at_ms;
    struct etr etr;
    struct planned planned;
    struct cause cause;
    struct strings advice; /* catalogue keys */
    struct localized note;
    char *merge_into;
};

#define FIELD_BIT(field) (UINT32_C(1) << (unsigned)(field))

struct event {
    char *source;
    char *incident;
    char *event_id; /* given, or the digest */
    bool has_revision;
    int64_t revision;
    int64_t at_ms; /* when the sender knew; time of receipt if absent or absurd */
    int64_t received_at_ms;
    bool has_uid;       /* a user of this machine sent it, over the socket */
    int64_t uid;        /* which one */
    uint32_t named;     /* fields the event sets or clears */
    struct facts facts; /* facts.has: those it sets */
    /* event_ids of earlier events of the source that this one says it belongs to: where
     * one of them is known, its incident is this one's. Not part of the body. */
    struct strings references;
    char *body; /* canonical JSON of the whole event, unknown fields included */
    char digest[SHA256_HEX_SIZE]; /* of body: tells a repeat from a contradiction */
    char *
        warning; /* one sentence for the sender about what was taken otherwise, or NULL */
};

bool facts_has(const struct facts *facts, enum event_field field);
void facts_clear(struct facts *facts);
/* Copies one field, or its absence, from one to the other; deep. */
void facts_copy_field(struct facts *to, const struct facts *from,
                      enum event_field field);
void facts_copy(struct facts *to, const struct facts *from); /* clears to first */
bool facts_field_equal(const struct facts *a, const struct facts *b,
                       enum event_field field);

void event_clear(struct event *event);

/*
 * The text in the language; else one without a language, else the first there is.
 * NULL when there is none. Borrowed.
 */
const char *localized_find(const struct localized *text, const char *language);
void localized_add(struct localized *text, const char *language, const char *value);
void localized_clear(struct localized *text);
void localized_copy(struct localized *to, const struct localized *from);
/* The order of the languages does not matter. */
bool localized_equal(const struct localized *a, const struct localized *b);

/* A growing list of owned events. */
struct events {
    struct event *items;
    size_t count;
};
struct event *
events_add(struct events *list); /* a zeroed one; pointer until next add */
void events_clear(struct events *list);

#endif
