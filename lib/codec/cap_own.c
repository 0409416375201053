/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Our own vocabulary in the parameters of an alert: the fields of the event format that
 * CAP has no element for, as the writer of alerts (lib/channel/cap_message.c) puts them.
 * So what one Budkavle publishes another reads as the same facts.
 */
#include "codec/cap_event.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum form {
    FORM_STRING,
    FORM_INTEGER,
    FORM_WORDS, /* separated by blanks */
    FORM_TEXT   /* one for each language */
};

/* The parameter is called CAP_OWN_PREFIX and the name. member: of an object. */
static const struct {
    const char *name;
    const char *field, *member;
    enum form form;
    bool needed; /* an object without it is none */
} rows[] = {
    { "kind", "kind", NULL, FORM_STRING, true },
    { "status", "status", NULL, FORM_STRING, true },
    { "customers_affected", "customers_affected", NULL, FORM_INTEGER, false },
    { "customers_restored", "customers_restored", NULL, FORM_INTEGER, false },
    { "started_at", "started_at", NULL, FORM_STRING, false },
    { "ended_at", "ended_at", NULL, FORM_STRING, false },
    { "etr", "etr", "at", FORM_STRING, false },
    { "etr_basis", "etr", "basis", FORM_STRING, false },
    { "etr_reason", "etr", "reason", FORM_TEXT, false },
    { "planned_from", "planned", "from", FORM_STRING, false },
    { "planned_to", "planned", "to", FORM_STRING, false },
    { "planned_work", "planned", "work", FORM_TEXT, false },
    { "cause", "cause", "code", FORM_STRING, false },
    { "cause_text", "cause", "text", FORM_TEXT, false },
    { "crew", "crew", NULL, FORM_STRING, false },
    { "advice", "advice", NULL, FORM_WORDS, false },
    { "note", "note", NULL, FORM_TEXT, false },
    { "next_word_at", "next_word_at", NULL, FORM_STRING, false },
    { "merge_into", "merge_into", NULL, FORM_STRING, false },
};

bool
cap_is_own(const struct cap_element *alert)
{
    char *status =
        cap_value(cap_child(alert, "info"), "parameter", CAP_OWN_PREFIX "status");
    bool is_own = status != NULL;

    free(status);
    return is_own;
}

static json_t *
integer_of(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    return digits > 0 && digits <= 16 && text[digits] == '\0'
               ? json_integer((json_int_t)strtoll(text, NULL, 10))
               : json_string(text); /* the gate says what is wrong with it */
}

static json_t *
words_of(const char *text)
{
    json_t *list = json_array();

    while (*text != '\0') {
        size_t len = strcspn(text, " ");

        if (len > 0)
            json_array_append_new(list, json_stringn(text, len));
        text += len + (text[len] == ' ');
    }
    return list;
}

static json_t *
value_of(const struct cap_element *alert, const char *name, enum form form)
{
    char *parameter = string_format("%s%s", CAP_OWN_PREFIX, name);
    char *text = cap_value(cap_child(alert, "info"), "parameter", parameter);
    json_t *value = NULL;

    if (form == FORM_TEXT)
        value = cap_parameter_texts(alert, parameter);
    else if (text != NULL && form == FORM_INTEGER)
        value = integer_of(text);
    else if (text != NULL && form == FORM_WORDS)
        value = words_of(text);
    else if (text != NULL)
        value = json_string(text);
    free(text);
    free(parameter);
    return value;
}

static void
set_member(json_t *event, size_t i, json_t *value_taken)
{
    json_t *object = json_object_get(event, rows[i].field);

    if (!json_is_object(object)) {
        object = json_object();
        json_object_set_new(event, rows[i].field, object);
    }
    json_object_set_new(object, rows[i].member, value_taken);
}

/* An alert of ours is the whole picture, so what it does not say is not known (any
 * more); that it has no areas is one of these things. */
static void
clear_all(json_t *event)
{
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (!rows[i].needed)
            json_object_set_new(event, rows[i].field, json_null());
    }
    if (json_object_get(event, "places") == NULL)
        json_object_set_new(event, "places", json_null());
}

void
cap_own_read(const struct cap_element *alert, json_t *event)
{
    clear_all(event);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        json_t *value = value_of(alert, rows[i].name, rows[i].form);

        if (value == NULL)
            continue;
        if (rows[i].member != NULL)
            set_member(event, i, value);
        else
            json_object_set_new(event, rows[i].field, value);
    }
}
