/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The enumerations of the event format and of delivery, and their names as they are
 * written in events, answers and the configuration. One table for each (names.c).
 */
#ifndef BUDKAVLE_MODEL_NAMES_H
#define BUDKAVLE_MODEL_NAMES_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

enum event_mode {
    MODE_ACTUAL,
    MODE_EXERCISE,
    MODE_TEST,
    MODE_COUNT
};

enum incident_kind {
    KIND_POWER,
    KIND_WATER,
    KIND_SEWAGE,
    KIND_HEATING,
    KIND_GAS,
    KIND_TELECOM,
    KIND_TRANSPORT,
    KIND_OTHER,
    KIND_COUNT
};

/* The status a sender gives. The state of an incident is one of these too. */
enum incident_status {
    INCIDENT_PLANNED,
    INCIDENT_SUSPECTED,
    INCIDENT_CONFIRMED,
    INCIDENT_PARTLY_RESTORED,
    INCIDENT_RESTORED,
    INCIDENT_CANCELLED,
    INCIDENT_STATUS_COUNT
};

/* CAP 1.2 severity. */
enum severity {
    SEVERITY_EXTREME,
    SEVERITY_SEVERE,
    SEVERITY_MODERATE,
    SEVERITY_MINOR,
    SEVERITY_UNKNOWN,
    SEVERITY_COUNT
};

enum etr_basis {
    ETR_BASIS_NONE,
    ETR_BASIS_AVERAGE,
    ETR_BASIS_AREA,
    ETR_BASIS_CREW,
    ETR_BASIS_COUNT
};

enum cause_code {
    CAUSE_TREE,
    CAUSE_STORM,
    CAUSE_LIGHTNING,
    CAUSE_ICE,
    CAUSE_ANIMAL,
    CAUSE_DIGGING,
    CAUSE_VEHICLE,
    CAUSE_CABLE,
    CAUSE_EQUIPMENT,
    CAUSE_OVERLOAD,
    CAUSE_FIRE,
    CAUSE_FLOOD,
    CAUSE_PLANNED_WORK,
    CAUSE_SAFETY_SHUTOFF,
    CAUSE_PIPE_BURST,
    CAUSE_CONTAMINATION,
    CAUSE_UNKNOWN,
    CAUSE_OTHER,
    CAUSE_COUNT
};

enum crew {
    CREW_AWAITING,
    CREW_ASSIGNED,
    CREW_EN_ROUTE,
    CREW_ON_SITE,
    CREW_DONE,
    CREW_COUNT
};

enum audience {
    AUDIENCE_PUBLIC,
    AUDIENCE_STAFF,
    AUDIENCE_COUNT
};

/* What an event names: the fields whose order is kept one by one. */
enum event_field {
    FIELD_MODE,
    FIELD_KIND,
    FIELD_STATUS,
    FIELD_SEVERITY,
    FIELD_PLACES,
    FIELD_PREMISES,
    FIELD_CUSTOMERS_AFFECTED,
    FIELD_CUSTOMERS_RESTORED,
    FIELD_STARTED_AT,
    FIELD_ENDED_AT,
    FIELD_ETR,
    FIELD_PLANNED,
    FIELD_CAUSE,
    FIELD_CREW,
    FIELD_ADVICE,
    FIELD_NOTE,
    FIELD_NEXT_WORD_AT,
    FIELD_AUDIENCE,
    FIELD_MERGE_INTO,
    FIELD_COUNT
};

/* Kinds of notice: why a message is written. */
enum notice {
    NOTICE_NONE,
    NOTICE_SUSPECTED,
    NOTICE_FIRST,
    NOTICE_CAUSE,
    NOTICE_ETR_SET,
    NOTICE_ETR_CHANGED,
    NOTICE_PARTLY_RESTORED,
    NOTICE_RESTORED,
    NOTICE_REOPENED,
    NOTICE_FALSE_ALARM,
    NOTICE_MERGED,
    NOTICE_PLANNED,
    NOTICE_PLANNED_3D,
    NOTICE_PLANNED_1D,
    NOTICE_PLANNED_1H,
    NOTICE_PLANNED_MOVED,
    NOTICE_PLANNED_OFF,
    NOTICE_LAPSED, /* a promised time has passed with nothing new */
    NOTICE_ALARM,  /* of the daemon's own trouble; and its end */
    NOTICE_ALARM_OVER,
    NOTICE_PLANNED_STARTED,
    NOTICE_PLANNED_ENDED, /* also when it was called off while it ran */
    NOTICE_RIGHTS_12H,    /* twelve hours without power: the right to compensation */
    NOTICE_DANGER,        /* advice that concerns life and health (model/danger.h) */
    NOTICE_DANGER_OVER,
    NOTICE_CORRECTION,  /* what was said wrong, and what is right */
    NOTICE_STORM_BEGUN, /* one summary instead of a notice for each incident */
    NOTICE_STORM,
    NOTICE_STORM_OVER,
    NOTICE_COUNT
};

enum event_result {
    RESULT_APPLIED,
    RESULT_REPEAT,
    RESULT_OUTDATED,
    RESULT_WAITING,
    RESULT_HELD,
    RESULT_COUNT
};

/* A row's life: see docs/delivery.md. EXPANDED is the list row whose recipients have
 * rows of their own now; it is neither counted nor shown. */
enum delivery_state {
    DELIVERY_HELD,
    DELIVERY_PENDING,
    DELIVERY_IN_FLIGHT,
    DELIVERY_UNKNOWN,
    DELIVERY_PARKED,
    DELIVERY_DELIVERED,
    DELIVERY_COVERED,
    DELIVERY_CANCELLED,
    DELIVERY_UNDELIVERABLE,
    DELIVERY_EXPANDED,
    DELIVERY_STATE_COUNT
};

/* Why a delivery is held: until a second person releases it, or because a storm's
 * summary says it. */
enum hold {
    HOLD_NONE,
    HOLD_APPROVAL,
    HOLD_STORM,
    HOLD_COUNT
};

enum priority {
    PRIORITY_URGENT,
    PRIORITY_NORMAL,
    PRIORITY_BULK,
    PRIORITY_COUNT
};

enum backlog {
    BACKLOG_EACH,
    BACKLOG_CATCH_UP,
    BACKLOG_COUNT
};
enum on_unknown {
    ON_UNKNOWN_RESEND,
    ON_UNKNOWN_PARK,
    ON_UNKNOWN_COUNT
};
/* Why a recipient of a list is left out from now on. */
enum left_reason {
    LEFT_GONE,         /* the address is no more, the other side says */
    LEFT_UNSUBSCRIBED, /* a person said so */
    LEFT_REASON_COUNT
};
/* What a gateway reported of a delivery later than in its answer. A report counts when it
 * is further down here than the one before, so that their order does not matter. */
enum report_state {
    REPORT_NONE,
    REPORT_PENDING, /* taken, and on its way */
    REPORT_FAILED,
    REPORT_DELIVERED,
    REPORT_STATE_COUNT
};
enum channel_state {
    CHANNEL_UP,
    CHANNEL_DOWN,
    CHANNEL_PAUSED,
    CHANNEL_STATE_COUNT
};

/* The daemon's own trouble: what alarms are about. */
enum alarm_kind {
    ALARM_CHANNEL_PAUSED,     /* by a fault of credentials, certificate or address */
    ALARM_PARKED,             /* deliveries that were refused for good */
    ALARM_REDIRECTS,          /* one redirect after the other */
    ALARM_UNDELIVERABLE,      /* dead addresses among many; they are counted */
    ALARM_DISK_LOW,           /* little room: bulk is refused */
    ALARM_DISK_CRITICAL,      /* hardly any room: all but urgent is refused */
    ALARM_DATABASE_SET_ASIDE, /* it was damaged; another one was begun */
    ALARM_SPOOL,              /* a spool folder cannot be read */
    ALARM_CRASHES,            /* the daemon ended again and again */
    ALARM_CHANNEL_DOWN,       /* out of reach for long */
    ALARM_LIST,               /* a list of recipients cannot be read, or is empty */
    ALARM_PROMISE_NEAR,       /* a promise is about to pass, or has, without an event */
    ALARM_LAPSED,             /* so many passed that the public is promised no more */
    ALARM_HELD,               /* nobody has answered what waits for a second person */
    ALARM_REPORTS,            /* most delivery reports say that it failed */
    ALARM_CONFIGURATION,      /* it does not load: the last good one is in force */
    ALARM_KIND_COUNT
};

/* A table of names, indexed by the enum; n is the enum's _COUNT. */
struct names {
    const char *const *items;
    int n;
};

extern const struct names mode_names, kind_names, status_names, severity_names,
    etr_basis_names, cause_names, crew_names, audience_names, field_names, notice_names,
    result_names, delivery_state_names, hold_names, priority_names, backlog_names,
    on_unknown_names, channel_state_names, left_reason_names, report_state_names,
    alarm_kind_names;

/* "none" is the name of a value that events cannot say (no notice, no basis): it is
 * kept in records and left out of lists. */
const char *name_of(const struct names *names, int value); /* never NULL */
/* The value, or -1. */
int name_find(const struct names *names, const char *text);
/* Adds "power, water or gas": all names, for an error sentence. */
void names_list(const struct names *names, struct buffer *out);

bool status_is_open(enum incident_status status); /* suspected to partly_restored */
bool delivery_is_final(enum delivery_state state);
bool notice_is_alarm(enum notice notice);   /* about the daemon, not an incident */
bool notice_is_of_plan(enum notice notice); /* about planned work and its times */
bool notice_is_summary(enum notice notice); /* about many incidents */
/* A notice that takes back what was said, so that there is nothing to say to those who
 * had not heard it. (A merged incident was no mistake: its notice is not one.) */
bool notice_takes_back(enum notice notice);

#endif
