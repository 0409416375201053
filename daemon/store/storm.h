/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Storm mode in the store: which channels are in it, what each was given in the last
 * hours, what waits for the end of the turn, and the deliveries that a summary says.
 *
 * A delivery that a storm holds back is `held` with HOLD_STORM. Once something is to say
 * it, a summary or a newer notice of its incident, covered_by points there: from then on
 * it blocks nothing that is newer, and it is final when that one is delivered. Where the
 * one that says it goes to a list, that is when all of its recipients are dealt with.
 */
#ifndef BUDKAVLE_STORE_STORM_H
#define BUDKAVLE_STORE_STORM_H

#include "model/storm.h"
#include "store/outbound.h"

/* A channel in storm mode. */
struct storm_row {
    char *channel;
    int64_t incident_row; /* its thread; 0: nothing was said yet */
    int64_t since_ms;
    int64_t next_ms; /* the next summary */
    int64_t
        told_at_ms;  /* when the newest summary that arrived was written; TIME_NONE */
    int64_t last_ms; /* when the newest summary was made; TIME_NONE */
};
struct storm_rows {
    struct storm_row *items;
    size_t count;
};
void storm_row_clear(struct storm_row *row);
void storm_rows_clear(struct storm_rows *rows);

bool store_storm_find(struct store *store, const char *channel, struct storm_row *row);
void store_storm_save(struct store *store, const struct storm_row *row);
void store_storm_end(struct store *store, const char *channel);
void store_storms(struct store *store, struct storm_rows *rows);
int64_t store_storm_next(struct store *store); /* of all summaries; TIME_NEVER */

/* --- What a channel was given ----------------------------------------------------- */

struct storm_word_row {
    int64_t message_row, incident_row;
    bool is_summary; /* on the schedule */
    int64_t made_at_ms;
};
void store_storm_word_add(struct store *store, const char *channel,
                          const struct storm_word_row *word);
/* The words that left after since_ms, or wait (as of now_ms). Caller frees. */
size_t store_storm_words(struct store *store, const char *channel, int64_t since_ms,
                         int64_t now_ms, struct storm_word **words);
/* A delivery of the message arrived, or may have; is_covered: it never leaves by itself.
 * For a summary that arrived, the storm remembers what the reader knows. */
void store_storm_word_left(struct store *store, const char *channel,
                           int64_t message_row, bool is_covered, int64_t now_ms);
/* When the newest summary left or was made after since_ms; TIME_NONE: none. */
int64_t store_storm_last_summary(struct store *store, const char *channel);
/* Forgets what left before, or is not going to leave. */
void store_storm_prune(struct store *store, const char *channel, int64_t before_ms);

/* One more message that there was to say; when the nth newest of them was. */
void store_storm_demand(struct store *store, const char *channel, int64_t now_ms);
int64_t store_storm_busy(struct store *store, const char *channel, int64_t nth,
                         int64_t now_ms);

/* --- What waits for the end of a turn --------------------------------------------- */

struct storm_waits {
    struct storm_wait *items;
    size_t count;
};
/* Replaces an older message of the incident. is_held: its delivery is. */
void store_storm_wait(struct store *store, const char *channel,
                      const struct storm_wait *wait, bool is_held);
void store_storm_waits(struct store *store, const char *channel, bool is_held,
                       struct storm_waits *waits);
void store_storm_waits_clear(struct storm_waits *waits);
void store_storm_wait_drop(struct store *store, const char *channel,
                           int64_t incident_row, bool is_held);
/* All of the class, or of any class but planned work (class < 0). */
void store_storm_waits_drop(struct store *store, const char *channel, int class);
/* Channels where something waits for the end of the turn; a large or planned one that
 * found no room waits longer. */
void store_storm_waiting_channels(struct store *store,
                                  void (*each)(void *context, const char *channel),
                                  void *context);

/* --- Which incidents were named --------------------------------------------------- */

enum {
    STORM_NAMED = 1,
    STORM_OWN_WORD = 2
};
int64_t store_storm_named(struct store *store, const char *channel,
                          int64_t incident_row);
void store_storm_name(struct store *store, const char *channel, int64_t incident_row,
                      int64_t how);

/* --- Deliveries (storm_rows.c) ---------------------------------------------------- */

/* The deliveries of this message go; older ones of the incident that are held are said by
 * them. */
void store_storm_release(struct store *store, const char *channel,
                         const struct storm_wait *wait);
/* What is held on the channel, planned work apart, is said by the deliveries of the
 * summary; so are older summaries of its thread that have not begun to leave. */
void store_storm_cover(struct store *store, const char *channel,
                       const struct message_row *summary);
/* What the delivery was to say is concluded with it; appended to *concluded. */
void store_storm_conclude(struct store *store, const char *channel, int64_t key,
                          enum delivery_state state, int64_t said_by, int64_t now_ms,
                          struct outbound_rows *concluded);
/* The same for lists of which all recipients have been dealt with. */
void store_storm_conclude_lists(struct store *store, const char *channel,
                                int64_t now_ms, struct outbound_rows *concluded);
/* Everything that is held on the channel and that nothing is about to say may go; how
 * many deliveries. */
int64_t store_storm_let_go(struct store *store, const char *channel);
/* How many deliveries are held on the channel for a storm. */
int64_t store_storm_held(struct store *store, const char *channel);

#endif
