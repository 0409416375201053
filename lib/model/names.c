/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The names of the enumerations, one table each.
 */
#include "model/names.h"

#include <string.h>

static const char not_said[] = "none";

#define NAMES(name, count, ...)                                                        \
    static const char *const name##_items[count] = { __VA_ARGS__ };                    \
    const struct names name##_names = { name##_items, count }

NAMES(mode, MODE_COUNT, [MODE_ACTUAL] = "actual", [MODE_EXERCISE] = "exercise",
      [MODE_TEST] = "test");

NAMES(
    kind, KIND_COUNT, [KIND_POWER] = "power", [KIND_WATER] = "water",
    [KIND_SEWAGE] = "sewage", [KIND_HEATING] = "heating", [KIND_GAS] = "gas",
    [KIND_TELECOM] = "telecom", [KIND_TRANSPORT] = "transport", [KIND_OTHER] = "other");

NAMES(status, INCIDENT_STATUS_COUNT, [INCIDENT_PLANNED] = "planned",
      [INCIDENT_SUSPECTED] = "suspected", [INCIDENT_CONFIRMED] = "confirmed",
      [INCIDENT_PARTLY_RESTORED] = "partly_restored", [INCIDENT_RESTORED] = "restored",
      [INCIDENT_CANCELLED] = "cancelled");

NAMES(severity, SEVERITY_COUNT, [SEVERITY_EXTREME] = "extreme",
      [SEVERITY_SEVERE] = "severe", [SEVERITY_MODERATE] = "moderate",
      [SEVERITY_MINOR] = "minor", [SEVERITY_UNKNOWN] = "unknown");

NAMES(etr_basis,
      ETR_BASIS_COUNT, [ETR_BASIS_NONE] = not_said, [ETR_BASIS_AVERAGE] = "average",
      [ETR_BASIS_AREA] = "area", [ETR_BASIS_CREW] = "crew");

NAMES(cause, CAUSE_COUNT, [CAUSE_TREE] = "tree", [CAUSE_STORM] = "storm",
      [CAUSE_LIGHTNING] = "lightning", [CAUSE_ICE] = "ice", [CAUSE_ANIMAL] = "animal",
      [CAUSE_DIGGING] = "digging", [CAUSE_VEHICLE] = "vehicle", [CAUSE_CABLE] = "cable",
      [CAUSE_EQUIPMENT] = "equipment", [CAUSE_OVERLOAD] = "overload",
      [CAUSE_FIRE] = "fire", [CAUSE_FLOOD] = "flood",
      [CAUSE_PLANNED_WORK] = "planned_work", [CAUSE_SAFETY_SHUTOFF] = "safety_shutoff",
      [CAUSE_PIPE_BURST] = "pipe_burst", [CAUSE_CONTAMINATION] = "contamination",
      [CAUSE_UNKNOWN] = "unknown", [CAUSE_OTHER] = "other");

NAMES(crew, CREW_COUNT, [CREW_AWAITING] = "awaiting", [CREW_ASSIGNED] = "assigned",
      [CREW_EN_ROUTE] = "en_route", [CREW_ON_SITE] = "on_site", [CREW_DONE] = "done");

NAMES(audience,
      AUDIENCE_COUNT, [AUDIENCE_PUBLIC] = "public", [AUDIENCE_STAFF] = "staff");

NAMES(
    field, FIELD_COUNT, [FIELD_MODE] = "mode", [FIELD_KIND] = "kind",
    [FIELD_STATUS] = "status", [FIELD_SEVERITY] = "severity", [FIELD_PLACES] = "places",
    [FIELD_PREMISES] = "premises", [FIELD_CUSTOMERS_AFFECTED] = "customers_affected",
    [FIELD_CUSTOMERS_RESTORED] = "customers_restored",
    [FIELD_STARTED_AT] = "started_at", [FIELD_ENDED_AT] = "ended_at",
    [FIELD_ETR] = "etr", [FIELD_PLANNED] = "planned", [FIELD_CAUSE] = "cause",
    [FIELD_CREW] = "crew", [FIELD_ADVICE] = "advice", [FIELD_NOTE] = "note",
    [FIELD_NEXT_WORD_AT] = "next_word_at", [FIELD_AUDIENCE] = "audience",
    [FIELD_MERGE_INTO] = "merge_into");

NAMES(
    notice, NOTICE_COUNT, [NOTICE_NONE] = not_said, [NOTICE_SUSPECTED] = "suspected",
    [NOTICE_FIRST] = "first", [NOTICE_CAUSE] = "cause", [NOTICE_ETR_SET] = "etr_set",
    [NOTICE_ETR_CHANGED] = "etr_changed", [NOTICE_PARTLY_RESTORED] = "partly_restored",
    [NOTICE_RESTORED] = "restored", [NOTICE_REOPENED] = "reopened",
    [NOTICE_FALSE_ALARM] = "false_alarm", [NOTICE_MERGED] = "merged",
    [NOTICE_PLANNED] = "planned", [NOTICE_PLANNED_3D] = "planned_3d",
    [NOTICE_PLANNED_1D] = "planned_1d", [NOTICE_PLANNED_1H] = "planned_1h",
    [NOTICE_PLANNED_MOVED] = "planned_moved", [NOTICE_PLANNED_OFF] = "planned_off",
    [NOTICE_LAPSED] = "lapsed", [NOTICE_ALARM] = "alarm",
    [NOTICE_ALARM_OVER] = "alarm_over", [NOTICE_PLANNED_STARTED] = "planned_started",
    [NOTICE_PLANNED_ENDED] = "planned_ended", [NOTICE_RIGHTS_12H] = "rights_12h",
    [NOTICE_DANGER] = "danger", [NOTICE_DANGER_OVER] = "danger_over",
    [NOTICE_CORRECTION] = "correction", [NOTICE_STORM_BEGUN] = "storm_begun",
    [NOTICE_STORM] = "storm", [NOTICE_STORM_OVER] = "storm_over");

NAMES(result, RESULT_COUNT, [RESULT_APPLIED] = "applied", [RESULT_REPEAT] = "repeat",
      [RESULT_OUTDATED] = "outdated", [RESULT_WAITING] = "waiting",
      [RESULT_HELD] = "held");

NAMES(delivery_state,
      DELIVERY_STATE_COUNT, [DELIVERY_HELD] = "held", [DELIVERY_PENDING] = "pending",
      [DELIVERY_IN_FLIGHT] = "in_flight", [DELIVERY_UNKNOWN] = "unknown",
      [DELIVERY_PARKED] = "parked", [DELIVERY_DELIVERED] = "delivered",
      [DELIVERY_COVERED] = "covered", [DELIVERY_CANCELLED] = "cancelled",
      [DELIVERY_UNDELIVERABLE] = "undeliverable", [DELIVERY_EXPANDED] = "expanded");

NAMES(hold, HOLD_COUNT, [HOLD_NONE] = "none", [HOLD_APPROVAL] = "approval",
      [HOLD_STORM] = "storm");

NAMES(priority, PRIORITY_COUNT, [PRIORITY_URGENT] = "urgent",
      [PRIORITY_NORMAL] = "normal", [PRIORITY_BULK] = "bulk");

NAMES(backlog, BACKLOG_COUNT, [BACKLOG_EACH] = "each", [BACKLOG_CATCH_UP] = "catch_up");

NAMES(on_unknown,
      ON_UNKNOWN_COUNT, [ON_UNKNOWN_RESEND] = "resend", [ON_UNKNOWN_PARK] = "park");

NAMES(report_state,
      REPORT_STATE_COUNT, [REPORT_NONE] = "none", [REPORT_PENDING] = "pending",
      [REPORT_FAILED] = "failed", [REPORT_DELIVERED] = "delivered");

NAMES(channel_state, CHANNEL_STATE_COUNT, [CHANNEL_UP] = "up", [CHANNEL_DOWN] = "down",
      [CHANNEL_PAUSED] = "paused");

NAMES(left_reason,
      LEFT_REASON_COUNT, [LEFT_GONE] = "gone", [LEFT_UNSUBSCRIBED] = "unsubscribed");

NAMES(alarm_kind, ALARM_KIND_COUNT, [ALARM_CHANNEL_PAUSED] = "channel_paused",
      [ALARM_PARKED] = "parked", [ALARM_REDIRECTS] = "redirects",
      [ALARM_UNDELIVERABLE] = "undeliverable", [ALARM_DISK_LOW] = "disk_low",
      [ALARM_DISK_CRITICAL] = "disk_critical",
      [ALARM_DATABASE_SET_ASIDE] = "database_set_aside", [ALARM_SPOOL] = "spool",
      [ALARM_CRASHES] = "crashes", [ALARM_CHANNEL_DOWN] = "channel_down",
      [ALARM_LIST] = "list", [ALARM_PROMISE_NEAR] = "promise_near",
      [ALARM_LAPSED] = "lapsed", [ALARM_HELD] = "held", [ALARM_REPORTS] = "reports",
      [ALARM_CONFIGURATION] = "configuration");

const char *
name_of(const struct names *names, int value)
{
    return value >= 0 && value < names->n ? names->items[value] : "invalid";
}

int
name_find(const struct names *names, const char *text)
{
    for (int i = 0; text != NULL && i < names->n; i++) {
        if (strcmp(names->items[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

void
names_list(const struct names *names, struct buffer *out)
{
    int first = names->items[0] == not_said ? 1 : 0;

    for (int i = first; i < names->n; i++) {
        if (i > first) {
            buffer_add(out, i == names->n - 1 ? " or " : ", ");
        }
        buffer_add(out, names->items[i]);
    }
}

bool
status_is_open(enum incident_status status)
{
    return status == INCIDENT_SUSPECTED || status == INCIDENT_CONFIRMED ||
           status == INCIDENT_PARTLY_RESTORED;
}

bool
delivery_is_final(enum delivery_state state)
{
    static const bool final[DELIVERY_STATE_COUNT] = {
        [DELIVERY_DELIVERED] = true, [DELIVERY_COVERED] = true,
        [DELIVERY_CANCELLED] = true, [DELIVERY_UNDELIVERABLE] = true,
        [DELIVERY_EXPANDED] = true,
    };

    return final[state];
}

bool
notice_is_alarm(enum notice notice)
{
    return notice == NOTICE_ALARM || notice == NOTICE_ALARM_OVER;
}

bool
notice_is_summary(enum notice notice)
{
    return notice == NOTICE_STORM_BEGUN || notice == NOTICE_STORM ||
           notice == NOTICE_STORM_OVER;
}

bool
notice_is_of_plan(enum notice notice)
{
    static const bool of_plan[NOTICE_COUNT] = {
        [NOTICE_PLANNED] = true,         [NOTICE_PLANNED_3D] = true,
        [NOTICE_PLANNED_1D] = true,      [NOTICE_PLANNED_1H] = true,
        [NOTICE_PLANNED_MOVED] = true,   [NOTICE_PLANNED_OFF] = true,
        [NOTICE_PLANNED_STARTED] = true, [NOTICE_PLANNED_ENDED] = true,
    };

    return of_plan[notice];
}

bool
notice_takes_back(enum notice notice)
{
    return notice == NOTICE_FALSE_ALARM || notice == NOTICE_PLANNED_OFF;
}
