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

struct verdict {
    enum notice notice; /* NOTICE_NONE: nothing is said */
    const char *why; /* why not, one clause in English; static; NULL if something is */
};

/*
 * What an applied event makes worth saying. A late event makes no notice of its own
 * unless it supplies what the first one lacked (the place, the start, the number).
 * A merged incident says NOTICE_MERGED once and then nothing. An estimate is news when
 * it moved by more than the tolerance since it was said last (policy/estimate.h).
 */
struct verdict notice_decide(const struct incident *incident,
                             const struct change *change, int64_t etr_tolerance_ms,
                             int64_t now_ms);

/* The row of the table for tests and documentation; said_anything false: first column. */
enum notice notice_for_status(bool said_anything, enum incident_status said,
                              enum incident_status now);

/*
 * What the whole is said with to those who know nothing of it: a danger, planned work
 * that has begun, or the notice of its status. NOTICE_NONE when it is cancelled.
 */
enum notice notice_whole(const struct incident *incident, int64_t now_ms);

/* The time that the public was given for its end: the estimate, or that of planned work
 * that has begun. TIME_NONE: none. */
int64_t notice_said_end(const struct said *said);

/* True when a cause is known: one other than "unknown". */
bool notice_cause_is_known(const struct facts *facts);

/*
 * What is to be said at now_ms though no event came, or NOTICE_NONE. LAPSED, when a
 * promise passed (policy/promise.h). Planned work: its stage (PLANNED_3D, _1D, _1H,
 * _STARTED). RIGHTS_12H, whether the configuration wants it or not (policy/rights.h).
 * Moments more than 1 h back are passed over, but not promises.
 */
enum notice notice_due(const struct incident *incident, int64_t now_ms);

/* Nobody is there to hear it, or it is not wanted: its moment has passed, and is not due
 * again. */
void notice_pass_over(struct incident *incident, enum notice notice);

/* When notice_due should be asked next; TIME_NEVER if there is nothing ahead. */
int64_t notice_next_check(const struct incident *incident, int64_t now_ms);

/* D9: urgent for severity extreme or severe, for danger and its end, and for what sets
 * right what was said (false_alarm, correction); bulk for planned work and minor severity;
 * else normal. */
enum priority notice_priority(enum notice notice, const struct facts *facts);

/*
 * Makes the message that says the notice now: sequence, snapshot, what was said before,
 * the next word (the sender's, else now + next_word_ms, none when it is over); and
 * notes on the incident that it was said. Ids and rows are the caller's to fill in.
 * merged_into_id: public id of the incident this one became part of, or NULL.
 */
void message_make(struct incident *incident, enum notice notice, int64_t next_word_ms,
                  const char *merged_into_id, int64_t now_ms, struct message *message);

/*
 * The message that was just made is not for all who hear of the incident: the promise
 * that was in force before it, next word or estimate, stays, and the message repeats it.
 * Else that promise would pass in silence where the message is not told. Nothing changes
 * when none was in force.
 */
void message_keep_promise(struct incident *incident, const struct said *before,
                          int64_t promise_ms, int64_t now_ms, struct message *message);
/* Notes on the incident that the message, which tells its facts, was said now. */
void message_note_said(struct incident *incident, const struct message *message,
                       int64_t now_ms);

#endif
