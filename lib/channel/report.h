/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Delivery reports: what a gateway says later of a message that it took. The driver reads
 * the report; which delivery it is about, the token in it says that was sent along.
 */
#ifndef BUDKAVLE_CHANNEL_REPORT_H
#define BUDKAVLE_CHANNEL_REPORT_H

#include "base/buffer.h"
#include "base/status.h"
#include "base/strings.h"
#include "channel/form.h"
#include "model/channel.h"
#include "model/names.h"

/* What came. Borrowed. */
struct report_call {
    const struct channel *channel;
    const char *query;              /* as it was written, without "?"; "" for none */
    const struct form *fields;      /* of the query, then of a body that is a form */
    const struct form *body_fields; /* those of the body alone */
    const struct buffer *body;
    const struct strings *headers; /* "Name: value" */
};

/* What it says. Strings are owned; valid when zeroed. */
struct delivery_report {
    enum report_state state;
    char *token;     /* of the delivery (delivery_token.h); NULL: remote_id names it */
    char *remote_id; /* the gateway's own id of the message; NULL: it tells none */
    char *reason;    /* why it failed: printable, short, without numbers; NULL */
    bool gone;       /* the recipient's address is no more */
    bool has_left;   /* the recipient wants to hear no more */
};
void delivery_report_clear(struct delivery_report *report);

/* The value of the first header of that name, letter case aside; NULL. Borrowed. */
const char *report_header(const struct report_call *call, const char *name);

/* The name of the token's field in addresses that reports come to. */
#define REPORT_TOKEN_FIELD "d"

/* Rows of options for a driver whose gateway reports to an address. */
#define REPORT_OPTIONS                                                                 \
    { .name = "report_url",                                                            \
      .type = OPTION_STRING,                                                           \
      .doc = "The address, as the gateway reaches it, at which delivery reports are "  \
             "handed on to /v1/channels/NAME/report of the socket; without it none "   \
             "are asked for." },                                                       \
    {                                                                                  \
        .name = "token_key_file", .type = OPTION_FILE_SECRET,                          \
        .doc =                                                                         \
            "File with a key of at least 32 characters (openssl rand -hex 32) that "   \
            "proves which delivery a report is about; while it is being changed, "     \
            "the new and the old one."                                                 \
    }

/* Faults in the options above. */
enum status report_check(const struct channel *channel, struct error *error);

struct delivery_input;
/* The token of the delivery; NULL: no reports are asked for. Caller frees. */
char *report_token(const struct delivery_input *input);
/* report_url with the token in its query; NULL: no reports are asked for. Caller frees. */
char *report_address(const struct delivery_input *input);

/* A gateway's word for a state. */
struct report_word {
    const char *word;
    enum report_state state;
};
/*
 * The state by the word, letter case aside, and the token of the query. STATUS_INVALID
 * with a sentence: `field` is not there or has another word.
 */
enum status report_read_word(const struct report_call *call, const char *field,
                             const struct report_word *words, size_t n_words,
                             struct delivery_report *report, struct error *error);
/* Sets why it failed: made printable and cut, telephone numbers hidden. NULL: not said. */
void report_set_reason(struct delivery_report *report, const char *reason);

#endif
