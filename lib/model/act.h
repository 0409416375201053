/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An act: what a person did or decided, as a row of the audit log. The rows are a chain:
 * each holds the hash of the one before, so that none can be changed, taken out or put
 * in afterwards without every later hash becoming another.
 */
#ifndef BUDKAVLE_MODEL_ACT_H
#define BUDKAVLE_MODEL_ACT_H

#include "base/digest.h"
#include "model/incident.h"

/* What the first row of all has for `previous`. */
#define ACT_NO_PREVIOUS                                                                \
    "0000000000000000000000000000000000000000000000000000000000000000"

/* The uid of what the daemon did by itself. */
#define ACT_BY_DAEMON INT64_C(-1)

/* Strings are owned. Valid when zeroed. */
struct act {
    int64_t row; /* from 1, without gaps */
    int64_t at_ms;
    int64_t uid;
    char *action;                     /* "cancel", "retract" … */
    char incident_id[PUBLIC_ID_SIZE]; /* "": about none */
    int64_t delivery;                 /* 0: about none */
    char *channel;                    /* NULL: about none */
    char *reason;                     /* or what it was about; NULL */
    char previous[SHA256_HEX_SIZE];
    char hash[SHA256_HEX_SIZE];
};
void act_clear(struct act *act);

/*
 * The hash that the row must have: SHA-256 over nine values, each followed by a line
 * feed: previous, row, at (RFC 3339 in UTC, as answers give it), uid, action, incident,
 * delivery, channel, reason. One that there is none of is empty; inside a value a
 * backslash is written as two and a line feed as \n.
 */
void act_hash(const struct act *act, char out[SHA256_HEX_SIZE]);

#endif
