/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Room on the disk of the state folder: it is looked at, the reserve is made and given
 * up, and who waits for room is told when there is some. lib/policy/room.h decides.
 * Internal to the daemon's top level.
 */
#ifndef BUDKAVLE_DAEMON_ROOM_H
#define BUDKAVLE_DAEMON_ROOM_H

#include "base/status.h"
#include "policy/room.h"

struct config;
struct daemon;
struct faults;
struct loop_timer;

struct daemon_room {
    struct room room;
    struct room_limits limits;
    struct loop_timer *timer;
    int64_t looked_at_ms, make_at_ms; /* monotonic */
    int64_t log_at_ms;                /* that the store has no room, again */
    char *trouble; /* what is wrong with the room, one sentence; NULL: nothing */
    bool retry;    /* who waits for room is told at the next look */
    bool told;     /* why the reserve cannot be made was logged */
};

/* Before the store is opened: a disk that is full gets the reserve's room. */
void room_open(struct daemon *daemon);
/* Looks again from time to time; once the loop and the spools are there. */
void room_start(struct daemon *daemon);
void room_clear(struct daemon *daemon);
/* Another configuration's limits. */
void room_configure(struct daemon *daemon);

/* Something is about to be taken: how urgent must it be? */
void room_look(struct daemon *daemon);

/* Why something was refused for lack of room. */
void room_explain(const struct daemon *daemon, struct faults *faults);

/* Something was written in this turn; the log could not be moved into the database. */
void room_after_commit(struct daemon *daemon);
/* The store had no room, for this reason. True: the reserve was given up, so that it may
 * be tried again at once. */
bool room_ran_out(struct daemon *daemon, const char *why);

/* A warning in the configuration when the disk is too small for its limits. */
void room_check(struct config *config);

#endif
