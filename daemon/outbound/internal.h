/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the files of outbound/ share: the queue at work is one object, its lanes, its
 * flights and the replies that wait to be recorded. Internal to outbound/.
 */
#ifndef BUDKAVLE_OUTBOUND_INTERNAL_H
#define BUDKAVLE_OUTBOUND_INTERNAL_H

#include "outbound/lane.h"
#include "outbound/outbound.h"
#include "outbound/rows.h"

enum {
    OUTBOUND_LEASE_SLACK_MS = 60 * 1000, /* beyond the request's own time-out */
    EXPAND_BATCH = 2000,                 /* recipients a list row and turn */
    EXPAND_ROWS = 4,                     /* list rows a turn */
    LIST_BATCH = 20000,                  /* lines of a list read in one turn */
    CLOCK_STEP_MS = 5000,                /* a clock that moved by more was set */
    WAKE_BATCH = 1000,                   /* rows made due a lane and turn */
    BULK_AGES_MS = 15 * 60 * 1000,       /* bulk due for so long counts as normal */
    RENDER_MIN_MS = 1000,                /* between two renderings of one page */
    RENDER_PAGES = 150                   /* incidents' own pages in one request */
};

/* Requests under way: what their replies are about. A rendering concludes many rows. */
struct flight {
    uint64_t id;
    struct lane *lane;
    char options[SHA256_HEX_SIZE]; /* the lane's session_options when it was claimed */
    int64_t started_ms;            /* monotonic */
    struct outbound_rows rows;     /* none for a test and for an unforced rendering */
    bool is_render;
    int64_t
        *pages; /* of a rendering: incidents whose own page is still to be written */
    size_t n_pages;
    size_t n_all_pages; /* as many as there were at the beginning */
    bool has_pages;     /* pages was filled in */
    /* Of a delivery that takes several requests: */
    const struct driver *stepper; /* whose steps they are; NULL: it takes one */
    struct delivery_step step;
    bool has_stepped;     /* the first of them was answered */
    int64_t carries_from; /* sequence of the oldest missed message in its text; it has
                             no room for older ones */
    void (*done)(void *context, const struct outcome *outcome); /* a test */
    void *done_context;
};

/* What came of a flight and waits to be recorded. */
struct landing {
    struct flight *flight;
    struct reply reply;
    struct outcome
        outcome; /* decided already when has_outcome (could not be composed) */
    bool has_outcome;
    bool judged; /* the lane knows of it; the rows do when the turn is committed */
};

/* A distribution list on its way from its file into the store. */
struct list_import;
/* How a lane was before an operator paused or resumed it. */
struct pause_before;

struct outbound {
    struct store *store;
    struct outbound_setting setting;
    struct outbound_ports ports;
    char *owner;
    struct lane **lanes;
    size_t n_lanes;
    uint64_t next_request;
    struct flight **flights; /* handed over: as many as all channels' concurrency */
    size_t n_flights;
    struct flight **claimed; /* claimed in this turn, not handed over yet */
    size_t n_claimed;
    struct landing *landings;
    size_t n_landings;
    struct list_import *imports;
    int64_t n_lists_read;
    struct pause_before *pauses; /* of this turn, not committed yet */
    size_t n_pauses;
    bool clock_known; /* the two members below are set */
    bool rewinding;   /* rows put off by a clock that was ahead are brought back */
    int64_t ahead_ms; /* of the wall clock before the monotonic one */
    bool spare;       /* hardly any room to write: only what is urgent */
    bool more;        /* there is work for another turn at once */
};

struct lane *outbound_lane(struct outbound *outbound, const char *channel);
struct flight *flight_new(struct lane *lane);
void flight_free(struct flight *flight);
/* Handed over under a new request id, which is returned. */
uint64_t outbound_flight_begin(struct outbound *outbound, struct flight *flight);
/* The flight the reply is about, taken from those under way; NULL. */
struct flight *outbound_flight_end(struct outbound *outbound, uint64_t id);
void outbound_claimed_add(struct outbound *outbound, struct flight *flight);
void outbound_landing_add(struct outbound *outbound, struct flight *flight,
                          struct reply *reply, const struct outcome *outcome);
/* Those that are recorded and committed. */
void outbound_landings_clear(struct outbound *outbound);

/* judge.c: the outcome of a reply, unless it was decided before. */
void landing_classify(struct landing *landing, int64_t now_ms);
/* What the landing means for its lane: once, whatever becomes of the transaction. */
void landing_judge(struct outbound *outbound, struct landing *landing, int64_t now_ms);

/* services.c: whether the landing is about one recipient at one of many services. */
bool service_is_one_of_many(const struct landing *landing);
/* Whether that nobody answered there says nothing of the channel: others were reached since
 * the delivery was made. */
bool service_fails_alone(const struct landing *landing);
/* What the refusal of our key by one of them means; once, before the lane is judged. */
void service_judge(struct landing *landing);
/* Whether the channel pauses when its key was refused. */
bool service_pauses(const struct landing *landing);

/* clock.c: now by both clocks. */
struct moment outbound_moment(const struct outbound *outbound, int64_t now_ms);
/* The clock was set since the last turn, which had another time than this. */
bool outbound_clock_was_set(const struct outbound *outbound, int64_t now_ms);
/* Inside a transaction: notices a clock that was set, and that rows wait for what an
 * earlier clock said. */
void outbound_notice_clock(struct outbound *outbound, int64_t now_ms);

/* compose.c: the requests of what was claimed. */
struct delivery_input delivery_input_for(const struct outbound *outbound,
                                         const struct lane *lane, int64_t now_ms);
enum status flight_compose(struct outbound *outbound, struct flight *flight,
                           int64_t now_ms, struct request *request,
                           struct error *error);
enum status test_compose(struct outbound *outbound, const struct lane *lane,
                         int64_t now_ms, struct request *request, struct error *error);

/* steps.c: deliveries that take several requests. Before the first one is composed; and
 * after a reply: true when another follows, else the landing's outcome is the
 * delivery's. */
void flight_first_step(const struct delivery_input *input, struct flight *flight);
bool flight_next_step(struct outbound *outbound, struct landing *landing,
                      int64_t now_ms);
/* What is not committed is begun anew later. */
void flight_put_off_steps(struct outbound *outbound, struct flight *flight);

/* What one row is made into a request from. */
struct flight_input {
    struct delivery_input input;   /* borrows what follows */
    const struct message *message; /* the lane's (written.h) */
    struct missed missed;          /* told or counted in the text */
    int64_t
        oldest_of_burst; /* sequence of what the message itself says; else its own */
    char *previous_ids, *first_remote_id, *previous_remote_id;
    size_t n_carried;
    unsigned char random[DELIVERY_RANDOM_BYTES];
};

/* compose.c: false when the message cannot be read. To be cleared in any case. */
bool flight_input_load(struct outbound *outbound, struct flight *flight, int64_t now_ms,
                       struct flight_input *around);
void flight_input_clear(struct flight_input *around);
/* The oldest sequence that the text carries; its own when it carries no other. */
int64_t flight_input_carries_from(const struct flight_input *around);
/* missed.c: what the delivery is to cover. */
void missed_load(struct outbound *outbound, const struct outbound_row *row,
                 int64_t now_ms, struct missed *missed);
/*
 * Takes the newest of them out that were of one burst with the message, for its text as
 * it was recast says what they said; how many.
 */
size_t missed_take_burst(struct missed *missed, const struct message *newest,
                         int64_t hold_down_ms);

/* True when the channel's newest message says what older ones would have said. */
static inline bool
lane_catches_up(const struct lane *lane)
{
    int backlog = lane->channel->backlog;

    return lane->driver->compose != NULL &&
           (backlog < 0 ? lane->driver->backlog : (enum backlog)backlog) ==
               BACKLOG_CATCH_UP;
}

/*
 * rendering.c: everything there is, for channels that show it. A large rendering is
 * made in parts, one request after the other: first the incidents' own pages, then the
 * rest; its rows are concluded when all of it is written.
 */
bool rendering_has_more(const struct flight *flight);
enum status rendering_compose(struct outbound *outbound, struct flight *flight,
                              int64_t now_ms, struct request *request,
                              struct error *error);

/* pauses.c: a pause or a resume that is not committed is put back. */
void outbound_pause_note(struct outbound *outbound, struct lane *lane, bool becomes);
void outbound_pauses_end(struct outbound *outbound, bool kept);

/* left.c: rows of recipients who left are concluded and taken out of those claimed. */
void left_leave_out(struct outbound *outbound, struct outbound_rows *rows,
                    int64_t now_ms);
/* The recipient of a list is left out from now on, if the outcome says it is gone. */
void left_note(struct outbound *outbound, const struct lane *lane,
               const struct outbound_row *row, const struct outcome *outcome,
               int64_t now_ms);

/* reports.c: most of the channel's delivery reports say that nothing arrived; that
 * changes by itself at *until_ms at the earliest. */
bool reports_fail(struct outbound *outbound, struct lane *lane, int64_t now_ms,
                  int64_t *until_ms);
/* After a rollback: what was noted is not. */
void reports_forget(struct outbound *outbound);

/* lists.c: distribution lists. */
/* Whether the channel's recipients are a list. */
bool lists_has(const struct lane *lane);
void lists_configure(struct outbound *outbound, int64_t now_ms);
/* Reads a batch further, inside a transaction; true while there is more to read. */
bool lists_work(struct outbound *outbound);
/* After a rollback: what was read in the lost transaction is read again. */
void lists_restart(struct outbound *outbound);
void lists_free(struct outbound *outbound);
/* Keys for outbound_row.list: the current list, LIST_FIRST while it is being read for the
 * first time, 0 when the channel has none. */
int64_t lists_current(struct outbound *outbound, const struct lane *lane);

#endif
