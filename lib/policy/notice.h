/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * When there is something to say. The incident machine is one visible table,
 * [what was said][status now] = notice; within one status the news decides: a moved
 * estimate, a first estimate, a known cause.
 */
#ifndef BUDKAVLE_POLICY_NOTICE_H
#define BUDKAVLE_POLICY_NOTICE_H

#include "model/incident.h"
#include "model/message.h"
#include "policy/incident.h"

/* An estimate that moves less is not news (reference: notice etr_changed). */
#define ETR_TOLERANCE_MS (15 * MINUTES_MS)

struct verdict {
    enum notice notice; /* NOTICE_NONE: nothing is said */
    const char *why; /* why not, one clause in English; static; NULL if something is */
};

/*
 * What an applied event makes worth saying. A late event makes no notice of its own
 * unless it supplies what the first one lacked (the place, the start, the number).
 * A merged incident says NOTICE_MERGED once and then nothing.
 */
struct verdict notice_decide(const struct incident *incident,
                             const struct change *change, int64_t now_ms);

/* The row of the table for tests and documentation; said_anything false: first column. */
enum notice notice_for_status(bool said_anything, enum incident_status said,
                              enum incident_status now);

/* True when a cause is known: one other than "unknown". */
bool notice_cause_is_known(const struct facts *facts);

/*
 * What is to be said at now_ms though no event came, or NOTICE_NONE. Planned work: its
 * stage (PLANNED_3D, _1D, _1H); those whose moment lies more than 1 h back are passed
 * over. An open incident: LAPSED, when a promise passed (policy/promise.h).
 */
enum notice notice_due(const struct incident *incident, int64_t now_ms);

/* Nobody is there to hear it: its moment has passed, and is not due again. */
void notice_pass_over(struct incident *incident, enum notice notice);

/* When notice_due should be asked next; TIME_NEVER if there is nothing ahead. */
int64_t notice_next_check(const struct incident *incident, int64_t now_ms);

/* D9: urgent for severity extreme or severe and for what sets right what was said
 * (false_alarm, correction); bulk for planned work and minor severity; else normal. */
enum priority notice_priority(enum notice notice, const struct facts *facts);

/*
 * Makes the message that says the notice now: sequence, snapshot, what was said before,
 * the next word (the sender's, else now + next_word_ms, none when it is over); and
 * notes on the incident that it was said. Ids and rows are the caller's to fill in.
 * merged_into_id: public id of the incident this one became part of, or NULL.
 */
void message_make(struct incident *incident, enum notice notice, int64_t next_word_ms,
                  const char *merged_into_id, int64_t now_ms, struct message *message);

#endif
