/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The world of a story: the real pipeline on a real store in a temporary folder, with a
 * clock that only moves when told, and a transport that keeps what would have left.
 */
#ifndef BUDKAVLE_SCENARIO_WORLD_H
#define BUDKAVLE_SCENARIO_WORLD_H

#include "pipeline.h"

/* A request that left and was not answered yet, or was. */
struct tapped {
    char *channel;
    struct request request;
    bool answered;
    bool seen; /* an `expect request` was about it */
};

/* What a channel's peer answers by itself. */
struct habit {
    char *channel;
    char *answer;
};

struct world {
    char *folder;
    char *config_text;
    struct config *config;
    struct store *store;
    struct pipeline *pipeline;
    int64_t now_ms;   /* what the wall clock says */
    int64_t ahead_ms; /* of the time that passed, because somebody set it */
    uint64_t random;
    struct tapped *tapped;
    size_t n_tapped;
    struct habit *habits;
    size_t n_habits;
    struct submit_results results; /* of the last event */
    struct faults faults;
    bool has_uid; /* the next event comes from this user */
    int64_t uid;
    bool disk_is_full; /* no turn can be committed that changes anything */
    /* What a commit made true; NULL: nobody asks. */
    void (*news)(struct world *world, const struct pipeline_news *news);
};

/* config_text with @DIR@ replaced by the world's folder. Ends the program on failure. */
void world_begin(struct world *world, const char *config_text, int64_t now_ms);
void world_end(struct world *world);

/* Puts another configuration in force; false when it has faults. */
bool world_reload(struct world *world, const char *config_text);

/* Ends the turn, and what follows from it until nothing is due now. */
void world_settle(struct world *world);
/* Lets time pass, doing on the way what comes due. */
void world_advance(struct world *world, int64_t to_ms);
/* Sets the wall clock by so much, forward or back; no time passes. */
void world_set_clock(struct world *world, int64_t step_ms);
/* kill -9: what was not committed is gone, what was under way stays unanswered. */
void world_crash(struct world *world);

/* Events of the source; results and faults are kept in the world. */
enum status world_submit(struct world *world, const char *source, const char *json);

/* Answers the oldest unanswered request of the channel: "204", "503 Retry-After: 30",
 * "200 {json}", "refused", "reset", "certificate". False when there is none. */
bool world_reply(struct world *world, const char *channel, const char *answer);
void world_habit(struct world *world, const char *channel, const char *answer);

/* The transport. */
void world_tap(void *context, struct request *request);
struct tapped *world_unanswered(struct world *world, const char *channel);
/* The first request of the channel that no step has looked at; NULL. */
struct tapped *world_unseen(struct world *world, const char *channel);

#endif
