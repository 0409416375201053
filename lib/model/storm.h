/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What policy/storm.h decides from and the store keeps: what a channel was given, and
 * what waits for the decision. Plain data.
 */
#ifndef BUDKAVLE_MODEL_STORM_H
#define BUDKAVLE_MODEL_STORM_H

#include <stdint.h>

/* A message that the channel was given: when it left; one that still waits counts as
 * leaving now. */
struct storm_word {
    int64_t incident_row;
    int64_t at_ms;
};

/* What an incident's newest message is to a storm; the order in which they go. Kept in
 * the store: append only. */
enum storm_class {
    STORM_BEGUN,   /* of a large incident that has a thread of its own here */
    STORM_LARGE,   /* of another large one */
    STORM_SMALL,   /* said by the summary */
    STORM_PLANNED, /* of planned work: no summary counts it, so it waits for its turn */
    STORM_CLASS_COUNT
};

/* The newest message of an incident that waits for the decision of the turn's end. */
struct storm_wait {
    int64_t incident_row, message_row, sequence;
    int64_t customers;
    enum storm_class class;
};

#endif
