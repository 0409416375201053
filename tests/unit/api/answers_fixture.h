/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Incidents and messages with whole records in a store, and short ways to look into an
 * answer.
 */
#ifndef BUDKAVLE_TESTS_API_ANSWERS_FIXTURE_H
#define BUDKAVLE_TESTS_API_ANSWERS_FIXTURE_H

#include "../store/fixture.h"

#include "api/answers.h"
#include "base/log.h"
#include "codec/record.h"

/* What is known of an incident of source "oms"; change it before it is saved. */
static inline struct incident
new_incident(const char *number)
{
    struct incident incident = { .source = string_copy("oms"),
                                 .incident = string_copy(number),
                                 .exists = true,
                                 .created_at_ms = T0,
                                 .updated_at_ms = T0,
                                 .exists_since_ms = T0,
                                 .closed_at_ms = TIME_NONE,
                                 .next_check_ms = TIME_NEVER };

    incident.facts.has = FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS);
    incident.facts.kind = KIND_POWER;
    incident.facts.status = INCIDENT_CONFIRMED;
    return incident;
}

/* Saves and clears it; *row (NULL: not wanted) is filled in as a find does. */
static inline int64_t
save_incident(struct store *store, struct incident *incident, struct incident_row *row)
{
    struct incident_row saved = { .source = incident->source,
                                  .incident = incident->incident,
                                  .record = incident_record_format(incident),
                                  .exists = incident->exists,
                                  .status = incident->facts.status,
                                  .merged = incident->merged_into_row != 0,
                                  .created_at_ms = incident->created_at_ms,
                                  .updated_at_ms = incident->updated_at_ms,
                                  .exists_since_ms = incident->exists_since_ms,
                                  .closed_at_ms = incident->closed_at_ms,
                                  .next_check_ms = incident->next_check_ms };

    store_incident_save(store, &saved);
    free(saved.record);
    incident_clear(incident);
    if (row != NULL) {
        assert_true(store_incident_get(store, saved.row, row));
    }
    return saved.row;
}

static inline int64_t
add_known_incident(struct store *store, const char *number)
{
    struct incident incident = new_incident(number);

    return save_incident(store, &incident, NULL);
}

/* Too little is known of it to say that it exists. */
static inline int64_t
add_waiting_incident(struct store *store, const char *number)
{
    struct incident incident = new_incident(number);

    incident.exists = false;
    incident.exists_since_ms = TIME_NONE;
    incident.facts.has = 0;
    return save_incident(store, &incident, NULL);
}

static inline int64_t
add_known_message(struct store *store, int64_t incident, int64_t sequence)
{
    struct message message = { .old_etr_at_ms = TIME_NONE,
                               .old_planned_from_ms = TIME_NONE,
                               .old_planned_to_ms = TIME_NONE,
                               .next_word_at_ms = T0 + HOURS_MS };
    struct message_row row = { .incident_row = incident,
                               .sequence = sequence,
                               .notice = NOTICE_FIRST,
                               .priority = PRIORITY_URGENT,
                               .written_at_ms = T0 + sequence,
                               .record = message_record_format(&message) };

    store_message_add(store, &row);
    free(row.record);
    return row.row;
}

static inline const char *
text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text == NULL ? "(absent)" : text;
}

static inline long long
number_at(const json_t *object, const char *key)
{
    const json_t *number = json_object_get(object, key);

    if (!json_is_integer(number)) {
        fail_msg("%s is no number", key);
    }
    return json_integer_value(number);
}

static inline bool
has_key(const json_t *object, const char *key)
{
    return json_object_get(object, key) != NULL;
}

static inline json_t *
item(const json_t *answer, const char *list, size_t i)
{
    json_t *found = json_array_get(json_object_get(answer, list), i);

    if (found == NULL) {
        fail_msg("%s has no item %zu", list, i);
    }
    return found;
}

static inline size_t
count_in(const json_t *answer, const char *list)
{
    assert_true(json_is_array(json_object_get(answer, list)));
    return json_array_size(json_object_get(answer, list));
}

static inline bool
is_last_page(const json_t *answer)
{
    return json_is_null(json_object_get(answer, "next"));
}

#endif
