/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Incidents and messages to the store's JSON and back. Plain integers are rows of a
 * table; the rest has a function for each direction.
 */
#include "codec/record.h"

#include "base/memory.h"
#include "codec/correction_record.h"
#include "codec/facts_record.h"
#include "codec/summary_record.h"
#include "model/danger.h"

#include <stdlib.h>
#include <string.h>

struct integer_member {
    const char *key;
    size_t offset;
};

static const struct integer_member incident_integers[] = {
    { "sequence", offsetof(struct incident, sequence) },
    { "merged_into_row", offsetof(struct incident, merged_into_row) },
    { "created_at", offsetof(struct incident, created_at_ms) },
    { "updated_at", offsetof(struct incident, updated_at_ms) },
    { "exists_since", offsetof(struct incident, exists_since_ms) },
    { "closed_at", offsetof(struct incident, closed_at_ms) },
    { "next_check", offsetof(struct incident, next_check_ms) },
};

/* Not in records of earlier versions: none then. */
static const struct integer_member incident_later[] = {
    { "confirmed_at", offsetof(struct incident, confirmed_at_ms) },
};

static const struct integer_member message_integers[] = {
    { "revision", offsetof(struct message, revision) },
    { "at", offsetof(struct message, at_ms) },
    { "updated_at", offsetof(struct message, updated_at_ms) },
    { "old_etr_at", offsetof(struct message, old_etr_at_ms) },
    { "old_planned_from", offsetof(struct message, old_planned_from_ms) },
    { "old_planned_to", offsetof(struct message, old_planned_to_ms) },
    { "next_word_at", offsetof(struct message, next_word_at_ms) },
};

/* Not in records of earlier versions: none then. */
static const struct integer_member message_later[] = {
    { "old_next_word_at", offsetof(struct message, old_next_word_at_ms) },
};

/* Not in records of earlier versions: 0 then. */
static const struct integer_member message_counts[] = {
    { "old_danger", offsetof(struct message, old_danger) },
};

static const struct integer_member alarm_integers[] = {
    { "since", offsetof(struct alarm, raised_at_ms) },
    { "told_at", offsetof(struct alarm, told_at_ms) },
    { "times", offsetof(struct alarm, times) },
    { "counted", offsetof(struct alarm, counted) },
    { "waiting", offsetof(struct alarm, waiting) },
};

static const struct integer_member stamp_integers[] = {
    { "revision", offsetof(struct stamp, revision) },
    { "at", offsetof(struct stamp, at_ms) },
    { "receipt", offsetof(struct stamp, receipt) },
};

static const struct integer_member said_integers[] = {
    { "etr_at", offsetof(struct said, etr_at_ms) },
    { "planned_from", offsetof(struct said, planned_from_ms) },
    { "planned_to", offsetof(struct said, planned_to_ms) },
};

static const struct integer_member said_later[] = {
    { "spoken_at", offsetof(struct said, spoken_at_ms) },
    { "next_word_at", offsetof(struct said, next_word_at_ms) },
};

static const struct integer_member said_counts[] = {
    { "lapses", offsetof(struct said, lapses) },
};

/* A record of an earlier version does not have it: see incident_record_parse. */
static const struct integer_member said_danger[] = {
    { "danger", offsetof(struct said, danger) },
};

static void
format_integers(json_t *object, const struct integer_member *members, size_t n_members,
                const void *from)
{
    size_t i;

    for (i = 0; i < n_members; i++) {
        int64_t value;

        memcpy(&value, (const char *)from + members[i].offset, sizeof(value));
        json_object_set_new(object, members[i].key, json_integer(value));
    }
}

static enum status
parse_integers(json_t *object, const struct integer_member *members, size_t n_members,
               void *to, struct error *error)
{
    size_t i;

    for (i = 0; i < n_members; i++) {
        int64_t value;

        if (record_integer_parse(object, members[i].key, &value, error) != STATUS_OK)
            return STATUS_INVALID;
        memcpy((char *)to + members[i].offset, &value, sizeof(value));
    }
    return STATUS_OK;
}

/* Members that may be absent, as in a record of an earlier version: they are `none`. */
static enum status
parse_later(json_t *object, const struct integer_member *members, size_t n_members,
            int64_t none, void *to, struct error *error)
{
    for (size_t i = 0; i < n_members; i++) {
        if (json_object_get(object, members[i].key) == NULL)
            memcpy((char *)to + members[i].offset, &none, sizeof(none));
        else if (parse_integers(object, &members[i], 1, to, error) != STATUS_OK)
            return STATUS_INVALID;
    }
    return STATUS_OK;
}

static enum status
parse_bool(json_t *object, const char *key, bool *out, struct error *error)
{
    json_t *value = json_object_get(object, key);

    if (!json_is_boolean(value))
        return error_set(error, STATUS_INVALID, "%s: true or false is missing", key);
    *out = json_is_true(value);
    return STATUS_OK;
}

static enum status
parse_bool_later(json_t *object, const char *key, bool *out, struct error *error)
{
    *out = false;
    return json_object_get(object, key) == NULL ? STATUS_OK
                                                : parse_bool(object, key, out, error);
}

static enum status
parse_name(json_t *object, const char *key, const struct names *names, int *out,
           struct error *error)
{
    *out = name_find(names, json_string_value(json_object_get(object, key)));
    if (*out < 0)
        return error_set(error, STATUS_INVALID, "%s: a known name is missing", key);
    return STATUS_OK;
}

static json_t *
format_stamp(const struct stamp *stamp)
{
    json_t *object = json_object();

    json_object_set_new(object, "has_revision", json_boolean(stamp->has_revision));
    format_integers(object, stamp_integers, ARRAY_COUNT(stamp_integers), stamp);
    return object;
}

/* A stamp that was never named is not in the record. */
static enum status
parse_stamp(json_t *object, const char *key, struct stamp *stamp, struct error *error)
{
    json_t *value = json_object_get(object, key);

    memset(stamp, 0, sizeof(*stamp));
    if (value == NULL)
        return STATUS_OK;
    stamp->named = true;
    if (parse_bool(value, "has_revision", &stamp->has_revision, error) == STATUS_OK &&
        parse_integers(value, stamp_integers, ARRAY_COUNT(stamp_integers), stamp,
                       error) == STATUS_OK)
        return STATUS_OK;
    error_prefix(error, "stamp of %s", key);
    return STATUS_INVALID;
}

static json_t *
format_stamps(const struct incident *incident)
{
    json_t *object = json_object();
    int field;

    for (field = 0; field < FIELD_COUNT; field++) {
        if (incident->stamps[field].named)
            json_object_set_new(object, name_of(&field_names, field),
                                format_stamp(&incident->stamps[field]));
    }
    return object;
}

static enum status
parse_stamps(json_t *object, struct incident *incident, struct error *error)
{
    int field;

    if (!json_is_object(object))
        return error_set(error, STATUS_INVALID, "stamps: an object is missing");
    for (field = 0; field < FIELD_COUNT; field++) {
        if (parse_stamp(object, name_of(&field_names, field), &incident->stamps[field],
                        error) != STATUS_OK)
            return STATUS_INVALID;
    }
    return STATUS_OK;
}

static json_t *
format_said(const struct said *said)
{
    json_t *object = json_object();

    json_object_set_new(object, "anything", json_boolean(said->anything));
    json_object_set_new(object, "cause", json_boolean(said->cause));
    json_object_set_new(object, "merged", json_boolean(said->merged));
    json_object_set_new(object, "rights", json_boolean(said->rights));
    json_object_set_new(object, "status",
                        json_string(name_of(&status_names, (int)said->status)));
    json_object_set_new(object, "planned_stage",
                        json_string(name_of(&notice_names, (int)said->planned_stage)));
    format_integers(object, said_integers, ARRAY_COUNT(said_integers), said);
    format_integers(object, said_later, ARRAY_COUNT(said_later), said);
    format_integers(object, said_counts, ARRAY_COUNT(said_counts), said);
    format_integers(object, said_danger, ARRAY_COUNT(said_danger), said);
    return object;
}

static enum status
parse_said(json_t *object, struct said *said, struct error *error)
{
    int stage, status;

    if (parse_bool(object, "anything", &said->anything, error) != STATUS_OK ||
        parse_bool(object, "cause", &said->cause, error) != STATUS_OK ||
        parse_bool(object, "merged", &said->merged, error) != STATUS_OK ||
        parse_name(object, "status", &status_names, &status, error) != STATUS_OK ||
        parse_name(object, "planned_stage", &notice_names, &stage, error) !=
            STATUS_OK ||
        parse_integers(object, said_integers, ARRAY_COUNT(said_integers), said,
                       error) != STATUS_OK ||
        parse_later(object, said_later, ARRAY_COUNT(said_later), TIME_NONE, said,
                    error) != STATUS_OK ||
        parse_later(object, said_counts, ARRAY_COUNT(said_counts), 0, said, error) !=
            STATUS_OK ||
        parse_later(object, said_danger, ARRAY_COUNT(said_danger), TIME_NONE, said,
                    error) != STATUS_OK ||
        parse_bool_later(object, "rights", &said->rights, error) != STATUS_OK) {
        error_prefix(error, "said");
        return STATUS_INVALID;
    }
    if (said->lapses < 0)
        said->lapses = 0;
    said->status = (enum incident_status)status;
    said->planned_stage = (enum notice)stage;
    return STATUS_OK;
}

/* Takes the reference. */
static char *
record_text(json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);

    json_decref(object);
    if (text == NULL)
        fatal("record: a checked value cannot be written");
    return text;
}

static json_t *
record_load(const char *text, struct error *error)
{
    json_error_t problem;
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &problem);

    if (object == NULL)
        error_set(error, STATUS_INVALID, "the record is damaged: %s", problem.text);
    return object;
}

/* Only while something is withheld. */
static void
format_withheld(json_t *record, const struct withheld *withheld)
{
    json_t *advice;

    if (!withheld->note && withheld->advice.count == 0)
        return;
    advice = json_array();
    for (size_t i = 0; i < withheld->advice.count; i++)
        json_array_append_new(advice, json_string(withheld->advice.items[i]));
    json_object_set_new(record, "withheld",
                        json_pack("{s:b, s:b, s:o}", "note", withheld->note, "asked",
                                  withheld->asked, "advice", advice));
}

static enum status
parse_withheld(json_t *object, struct withheld *withheld, struct error *error)
{
    json_t *advice = json_object_get(object, "advice");
    const json_t *key;
    size_t i;

    withheld->note = false;
    withheld->asked = false;
    strings_clear(&withheld->advice);
    if (object == NULL)
        return STATUS_OK;
    if (parse_bool(object, "note", &withheld->note, error) != STATUS_OK ||
        parse_bool(object, "asked", &withheld->asked, error) != STATUS_OK) {
        error_prefix(error, "withheld");
        return STATUS_INVALID;
    }
    json_array_foreach(advice, i, key)
    {
        if (!json_is_string(key))
            return error_set(error, STATUS_INVALID, "withheld: advice has no keys");
        strings_add(&withheld->advice, json_string_value(key));
    }
    return STATUS_OK;
}

char *
incident_record_format(const struct incident *incident)
{
    json_t *object = json_object();

    json_object_set_new(object, "exists", json_boolean(incident->exists));
    format_integers(object, incident_integers, ARRAY_COUNT(incident_integers),
                    incident);
    format_integers(object, incident_later, ARRAY_COUNT(incident_later), incident);
    if (incident->newest.named)
        json_object_set_new(object, "newest", format_stamp(&incident->newest));
    json_object_set_new(object, "stamps", format_stamps(incident));
    json_object_set_new(object, "said", format_said(&incident->said));
    format_withheld(object, &incident->withheld);
    json_object_set_new(object, "facts", facts_record_format(&incident->facts));
    return record_text(object);
}

enum status
incident_record_parse(const char *text, struct incident *incident, struct error *error)
{
    json_t *object = record_load(text, error);
    enum status status = STATUS_INVALID;

    if (object == NULL)
        return STATUS_INVALID;
    if (parse_bool(object, "exists", &incident->exists, error) == STATUS_OK &&
        parse_integers(object, incident_integers, ARRAY_COUNT(incident_integers),
                       incident, error) == STATUS_OK &&
        parse_later(object, incident_later, ARRAY_COUNT(incident_later), TIME_NONE,
                    incident, error) == STATUS_OK &&
        parse_stamp(object, "newest", &incident->newest, error) == STATUS_OK &&
        parse_stamps(json_object_get(object, "stamps"), incident, error) == STATUS_OK &&
        parse_said(json_object_get(object, "said"), &incident->said, error) ==
            STATUS_OK &&
        parse_withheld(json_object_get(object, "withheld"), &incident->withheld,
                       error) == STATUS_OK)
        status = facts_record_parse(json_object_get(object, "facts"), &incident->facts,
                                    error);
    /* An earlier version said such advice with every notice. */
    if (incident->said.danger == TIME_NONE)
        incident->said.danger =
            incident->said.anything ? danger_in_force(&incident->facts, TIME_NONE) : 0;
    json_decref(object);
    return status;
}

static json_t *
format_alarm(const struct alarm *alarm)
{
    json_t *object = json_object();

    json_object_set_new(object, "kind",
                        json_string(name_of(&alarm_kind_names, (int)alarm->kind)));
    json_object_set_new(object, "subject", json_string(alarm->subject));
    json_object_set_new(object, "cause", json_string(alarm->cause));
    format_integers(object, alarm_integers, ARRAY_COUNT(alarm_integers), alarm);
    return object;
}

/* Only messages about the daemon itself have one. */
static enum status
parse_alarm(json_t *object, struct alarm *alarm, struct error *error)
{
    int kind = 0;

    if (object == NULL)
        return STATUS_OK;
    if (parse_name(object, "kind", &alarm_kind_names, &kind, error) != STATUS_OK ||
        parse_integers(object, alarm_integers, ARRAY_COUNT(alarm_integers), alarm,
                       error) != STATUS_OK) {
        error_prefix(error, "alarm");
        return STATUS_INVALID;
    }
    alarm->kind = (enum alarm_kind)kind;
    alarm->ended_at_ms = TIME_NONE;
    string_replace(&alarm->subject,
                   json_string_value(json_object_get(object, "subject")));
    string_replace(&alarm->cause, json_string_value(json_object_get(object, "cause")));
    if (alarm->subject == NULL || alarm->cause == NULL)
        return error_set(error, STATUS_INVALID,
                         "alarm: subject and cause are not both texts");
    return STATUS_OK;
}

char *
message_record_format(const struct message *message)
{
    json_t *object = json_object();

    format_integers(object, message_integers, ARRAY_COUNT(message_integers), message);
    format_integers(object, message_later, ARRAY_COUNT(message_later), message);
    format_integers(object, message_counts, ARRAY_COUNT(message_counts), message);
    json_object_set_new(object, "merged_into_id", json_string(message->merged_into_id));
    json_object_set_new(object, "facts", facts_record_format(&message->facts));
    if (message->correction.from > 0)
        json_object_set_new(object, "correction",
                            correction_record_format(&message->correction));
    if (notice_is_alarm(message->notice))
        json_object_set_new(object, "alarm", format_alarm(&message->alarm));
    if (notice_is_summary(message->notice))
        json_object_set_new(object, "summary",
                            summary_record_format(&message->summary));
    return record_text(object);
}

static enum status
parse_merged_into(json_t *object, struct message *message, struct error *error)
{
    const char *id = json_string_value(json_object_get(object, "merged_into_id"));

    if (id == NULL || strlen(id) >= sizeof(message->merged_into_id))
        return error_set(error, STATUS_INVALID, "merged_into_id: an id is missing");
    memcpy(message->merged_into_id, id, strlen(id) + 1);
    return STATUS_OK;
}

enum status
message_record_parse(const char *text, struct message *message, struct error *error)
{
    json_t *object = record_load(text, error);
    enum status status = STATUS_INVALID;

    if (object == NULL)
        return STATUS_INVALID;
    if (parse_integers(object, message_integers, ARRAY_COUNT(message_integers), message,
                       error) == STATUS_OK &&
        parse_later(object, message_later, ARRAY_COUNT(message_later), TIME_NONE,
                    message, error) == STATUS_OK &&
        parse_later(object, message_counts, ARRAY_COUNT(message_counts), 0, message,
                    error) == STATUS_OK &&
        parse_merged_into(object, message, error) == STATUS_OK &&
        correction_record_parse(json_object_get(object, "correction"),
                                &message->correction, error) == STATUS_OK &&
        parse_alarm(json_object_get(object, "alarm"), &message->alarm, error) ==
            STATUS_OK &&
        summary_record_parse(json_object_get(object, "summary"), &message->summary,
                             error) == STATUS_OK)
        status = facts_record_parse(json_object_get(object, "facts"), &message->facts,
                                    error);
    json_decref(object);
    return status;
}
