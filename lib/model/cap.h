/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Words of the Common Alerting Protocol 1.2 (CAP), which both the reader of alerts and
 * their writer use: the enumerations with their names, and which events of others are
 * which kind of incident. Plain data.
 */
#ifndef BUDKAVLE_MODEL_CAP_H
#define BUDKAVLE_MODEL_CAP_H

#include "base/strings.h"
#include "model/names.h"

#define CAP_NAMESPACE "urn:oasis:names:tc:emergency:cap:1.2"
/* valueName of our own parameters and codes begins so; the field's name follows. */
#define CAP_OWN_PREFIX "budkavle:"

enum cap_status {
    CAP_ACTUAL,
    CAP_EXERCISE,
    CAP_SYSTEM,
    CAP_TEST,
    CAP_DRAFT,
    CAP_STATUS_COUNT
};

enum cap_message {
    CAP_ALERT,
    CAP_UPDATE,
    CAP_CANCEL,
    CAP_ACK,
    CAP_ERROR,
    CAP_MESSAGE_COUNT
};

enum cap_scope {
    CAP_PUBLIC,
    CAP_RESTRICTED,
    CAP_PRIVATE,
    CAP_SCOPE_COUNT
};

enum cap_response {
    CAP_SHELTER,
    CAP_EVACUATE,
    CAP_PREPARE,
    CAP_EXECUTE,
    CAP_AVOID,
    CAP_MONITOR,
    CAP_ASSESS,
    CAP_ALL_CLEAR,
    CAP_NO_RESPONSE,
    CAP_RESPONSE_COUNT
};

enum cap_urgency {
    CAP_IMMEDIATE,
    CAP_EXPECTED,
    CAP_FUTURE,
    CAP_PAST,
    CAP_URGENCY_UNKNOWN,
    CAP_URGENCY_COUNT
};

enum cap_certainty {
    CAP_OBSERVED,
    CAP_LIKELY,
    CAP_POSSIBLE,
    CAP_UNLIKELY,
    CAP_CERTAINTY_UNKNOWN,
    CAP_CERTAINTY_COUNT
};

/* cap_severity_names goes by enum severity. */
extern const struct names cap_status_names, cap_message_names, cap_scope_names,
    cap_category_names, cap_response_names, cap_urgency_names, cap_severity_names,
    cap_certainty_names;

/* What the events of a source's alerts are. Valid when zeroed, but for otherwise. */
struct cap_kinds {
    enum incident_kind otherwise; /* of an event that no word names */
    struct strings words;         /* "EVENT=KIND", as configured; asked first */
};
void cap_kinds_copy(struct cap_kinds *to, const struct cap_kinds *from);
void cap_kinds_clear(struct cap_kinds *kinds);
bool cap_kinds_equal(const struct cap_kinds *a, const struct cap_kinds *b);

/* Splits "EVENT=KIND" at its last equals sign: the event's length and the kind; false
 * when it is no such word. */
bool cap_kinds_word(const char *word, size_t *event_length, enum incident_kind *kind);

#endif
