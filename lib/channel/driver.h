/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The contract of a channel driver, both directions on one page. A driver turns a
 * delivery into a request and a reply into an outcome; it does no I/O and reads no
 * clock. Adding one is: a file here, a row in registry.c, a page in docs/channels/, and
 * a unit test; a test refuses a driver that lacks one.
 */
#ifndef BUDKAVLE_CHANNEL_DRIVER_H
#define BUDKAVLE_CHANNEL_DRIVER_H

#include "base/status.h"
#include "model/channel.h"
#include "model/message.h"
#include "model/request.h"
#include "text/length.h"
#include "text/missed.h"

struct reply_table;
struct shown;
struct report_call;
struct delivery_report;

/* Where a delivery of several requests is: a number of the driver's own, and what it
 * noted on the way. Valid when zeroed. */
struct delivery_step {
    int number;
    char *note; /* owned; NULL: nothing */
};

enum {
    DELIVERY_RANDOM_BYTES = 64
};

struct kept_text;

/* One delivery: a message for a channel, or for one recipient of it. Borrowed. */
struct delivery_input {
    const struct channel *channel;
    const struct message *message;
    const char *recipient; /* NULL where the channel is one address */
    int64_t delivery; /* its number; 0: a marked test or a preview, which is none */
    /* Sequence of the message given before, on a channel that catches up of the one
     * delivered before; 0: none. */
    int64_t previous;
    /* Earlier messages that this one stands in for; NULL: none. */
    const struct missed *missed;
    /*
     * Zero at first. compose says here how many of the missed its text carries, counted
     * from the newest: a text that says them, or counts them and names the incident,
     * carries them. What it has no room for is sent by itself afterwards, marked late.
     */
    size_t *n_carried;
    /* Where the text may be kept for other recipients who are told the same; NULL: each
     * delivery is written anew. */
    struct kept_text *kept_text;
    const char *previous_ids; /* message ids of earlier messages of this incident here,
                                  oldest first, separated by spaces; "" for none */
    /* The channel's own ids of the first and of the newest message of this incident that
     * was delivered here before; NULL: none, or it told none. */
    const char *first_remote_id, *previous_remote_id;
    int64_t attempt;                  /* number of this one, from 1 */
    bool in_doubt;                    /* an earlier one may have arrived */
    int64_t begun_at_ms;              /* no attempt is older */
    const struct delivery_step *step; /* never NULL */
    /* What outcome.session said last on this channel, in this life of the daemon and
     * under these options of the driver's; NULL: nothing. */
    const char *session;
    bool late; /* old by now, or sent after a newer one: says when it was
                                 written */
    struct catalogue *const
        *catalogues; /* the configured languages, first is default */
    size_t n_catalogues;
    const char *organisation, *contact, *page_url; /* contact, page_url may be NULL */
    int64_t now_ms;
    /* DELIVERY_RANDOM_BYTES that nobody can guess, others for each request. */
    const unsigned char *random;
    /* For a marked test instead of a message: message is one made up for it. */
    bool is_test;
};

/* One incident for a channel that shows everything there is. */
struct page_incident {
    struct incident incident;
    struct message latest;   /* the newest message; row 0: nothing was said yet */
    struct message *history; /* newest first; only for incidents to be written anew */
    size_t n_history;
    char *merged_into_id; /* or NULL */
    bool write_page;      /* its own page is to be written */
    bool listed;          /* going on now, or ended today */
};

struct page_input {
    const struct channel *channel;
    /* Rows (message.row) of the messages that the rendering concludes, sorted; a part of a
     * large rendering is given those of the whole. */
    const int64_t *due;
    size_t n_due;
    /* Only the pages of incidents with write_page: a part of a large rendering, which
     * ends with the rest. */
    bool pages_only;
    struct page_incident *incidents; /* open ones first, newest word first */
    size_t n_incidents;
    size_t n_ended_most; /* of those that ended only so many are given; 0: all */
    struct catalogue *const *catalogues;
    size_t n_catalogues;
    const char *organisation, *contact, *page_url;
    int64_t now_ms;
};

struct driver {
    const char *name;
    const char *summary; /* one line for lists and the manual */
    enum sender_kind sender;
    const struct option_spec *options; /* its own; the common ones are config's */
    size_t n_options;
    enum backlog backlog; /* default */
    bool read_by_people;  /* decides the defaults of waiting and late texts */
    bool idempotent;      /* a repeat with the same id is harmless */
    bool threads;         /* the messages of an incident hang together for readers */
    bool edits;           /* what was said before is brought up to date */
    /* The recipients are at many services, each with a mind of its own: what one of them
     * answers says little of the channel. */
    bool many_services;
    const char *wait_headers; /* how the peer says when to come back, for readers */
    const char *inbound;    /* where what people answer could be read; NULL: nowhere */
    int64_t concurrency;    /* default */
    struct rate rate;       /* default; zeroed: no limit */
    int64_t retry_floor_ms; /* 0: by priority */
    int64_t hold_down_ms;   /* 0: 10 s where people read, else none */
    int64_t etr_tolerance_ms; /* 0: 15 min where people read, else none */
    const char *list_option;  /* option whose file names the recipients, or NULL */
    /* Of a channel that shows everything: its messages stand by themselves and refer to
     * one another. So it is given of an incident only those that were delivered there, or
     * are by this rendering; not what is still to come, or never came. */
    bool refers_back;
    int64_t ended_shown_ms; /* how long incidents that ended are listed; 0: today */

    /* Common options without effect on it, ended by NULL; NULL: all have one. */
    const char *const *no_effect;

    /*
     * The room that the channel's texts have; the driver's compose writes them with
     * text_fit and the same rule, and a preview shows them by it. NULL: the long text,
     * without a limit.
     */
    void (*length)(const struct channel *channel, struct length_rule *rule);

    /*
     * The texts of a delivery as its reader gets them, made by the code that compose uses
     * itself. NULL: one text in each language, as long as length allows. input may be
     * without a recipient.
     */
    void (*show)(const struct delivery_input *input, struct shown *shown);

    /* Faults in the channel's own options, besides what option_spec can say. */
    enum status (*check)(const struct channel *channel, struct error *error);

    /*
     * For a channel that is one address or a list: the request. request->timeout_ms,
     * proxy, ca_file, allow_* are filled in by the caller. A failure means that this
     * message cannot be written for this channel (it is parked with the sentence).
     */
    enum status (*compose)(const struct delivery_input *input, struct request *request,
                           struct error *error);

    /* For a channel whose connection stands as long as it is configured: what asks its
     * sender for it. The rest is filled in as for compose. NULL: it needs none. */
    void (*stand)(const struct channel *channel, const char *organisation,
                  struct request *request);

    /* For a channel that shows everything: all due rows are concluded by one request.
     * Exactly one of compose and render is set. */
    enum status (*render)(const struct page_input *input, struct request *request,
                          struct error *error);

    /* For such a channel: a marked test, apart from what is shown; NULL: there is none. */
    enum status (*test)(const struct delivery_input *input, struct request *request,
                        struct error *error);

    /*
     * Single recipients of a channel with a list when none is configured, e.g. `to`; NULL:
     * one row without a recipient.
     */
    const struct strings *(*recipients)(const struct channel *channel);

    /* Is this a recipient the channel can reach? For lines of a list; NULL: any is. */
    enum status (*check_recipient)(const char *recipient, struct error *error);

    /*
     * For a list whose lines are not the recipients themselves: the recipient of a line,
     * the same for all lines that mean it, which check_recipient takes; caller frees.
     * NULL, with a sentence that does not quote the line, for none. The member NULL: a
     * line is the recipient.
     */
    char *(*read_recipient)(const char *line, struct error *error);

    /* Whom a test goes to, when test_to does not say; caller frees; NULL: nobody. The
     * member NULL: the first of the recipients. */
    char *(*test_recipient)(const struct channel *channel);

    /*
     * For a delivery that may take several requests, one after the other; NULL: one is
     * enough. Says which is next: before the first (reply NULL, step and outcome zeroed),
     * and after each answer, with what it means. True: compose is called with the step as
     * it was left; false: *outcome, which it may change, is the delivery's. A crash
     * between two requests begins anew at the first, so what was done before must be
     * harmless to do again. A test is one request, the first. outcome->session is taken
     * after each answer, whatever follows.
     */
    bool (*next_step)(const struct delivery_input *input, const struct reply *reply,
                      struct delivery_step *step, struct outcome *outcome);

    /* What the peer's answers mean, as a table (reply_rule.h); NULL: classify says it. */
    const struct reply_table *replies;

    /* What the reply means, where a table cannot say it; NULL: the table alone does.
     * has_recipient: it was one of several. */
    void (*classify)(const struct channel *channel, const struct reply *reply,
                     bool has_recipient, int64_t now_ms, struct outcome *outcome);

    /*
     * Reads a delivery report (report.h) into a zeroed *report; NULL: there are none.
     * STATUS_INVALID: it is none; STATUS_REFUSED: it is not the gateway's own.
     */
    enum status (*report)(const struct report_call *call,
                          struct delivery_report *report, struct error *error);
};

/* What the reply means, by the driver's classify, else by its table. What a peer repeats
 * of the channel's secrets is hidden from both (secrets.h): a detail never has it. */
void driver_classify(const struct driver *driver, const struct channel *channel,
                     const struct reply *reply, bool has_recipient, int64_t now_ms,
                     struct outcome *outcome);

/*
 * How a channel waits: its own options, else the driver's, else by who reads it
 * (waiting.c). A channel that shows everything shows it at once: it neither holds
 * anything down nor leaves out what was short.
 */
int64_t driver_hold_down_ms(const struct driver *driver, const struct channel *channel);
int64_t driver_short_interruption_ms(const struct driver *driver,
                                     const struct channel *channel);
int64_t driver_etr_tolerance_ms(const struct driver *driver,
                                const struct channel *channel);

/* Fills in what every request of a channel carries, whatever the driver: timeout_ms,
 * proxy, ca_file, ca_pem, allow_*, the channel's name and the sender. */
void driver_fill_request(const struct driver *driver, const struct channel *channel,
                         struct request *request);

/* NULL when there is none of that name. */
const struct driver *driver_find(const char *name);
/* All drivers, in the order of documentation. */
const struct driver *const *drivers_all(size_t *count);

#endif
