/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the files of storm mode share: pipeline_storm.c decides what goes at the end of a
 * turn, pipeline_gather.c and pipeline_summary.c gather and say a
 * summary, pipeline_storm_rows.c follows what
 * becomes of deliveries. Internal to them.
 */
#ifndef BUDKAVLE_PIPELINE_STORM_H
#define BUDKAVLE_PIPELINE_STORM_H

#include "pipeline_internal.h"
#include "policy/storm.h"

struct storm_rule storm_rule_of(const struct config *config);
/* The channel is one that gets summaries. */
bool storm_is_for(const struct pipeline *pipeline, const char *channel);

/* A word that the channel is given. */
void storm_word_note(struct pipeline *pipeline, const char *channel,
                     int64_t message_row, int64_t incident_row, bool is_summary,
                     int64_t now_ms);
/* Room for messages beside the summaries. */
int64_t storm_room_now(struct pipeline *pipeline, const char *channel, int64_t next_ms,
                       int64_t now_ms);

/* A large incident that was not named on the channel. */
struct summary_due {
    int64_t incident_row;
    const char *place; /* the name in the summary's list */
};

struct summary_gathering {
    struct pipeline *pipeline;
    const struct storm_row *storm;
    struct summary *summary;
    int64_t told_at_ms; /* what the reader knows is of this time */
    int64_t large;
    uint32_t kinds; /* one bit each */
    bool has_exercise, has_test;
    struct summary_due *due;
    size_t n_due;
};

/* pipeline_gather.c: fills in what is zeroed behind pipeline, storm, summary and large; the
 * due list is the caller's to free. */
void summary_gather(struct summary_gathering *gathering);

/* pipeline_summary.c: says it on the channel: how it is now, which large incidents were
 * not named yet, and when the next one comes; and with STORM_OVER the last one. */
void storm_say_summary(struct pipeline *pipeline, struct storm_row *storm, bool is_over,
                       int64_t now_ms);

/* pipeline_storm_rows.c: lets go what nothing is going to say: storm mode is not wanted
 * there any more, or the summary that was to say it was cancelled. */
void storm_sweep(struct pipeline *pipeline, int64_t now_ms);
/* Lists to which a summary went to the end. */
void storm_settle_lists(struct pipeline *pipeline, int64_t now_ms);

#endif
