/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How each chat service writes what stands out, and how a text is written there so that
 * nothing in it is taken for markup, for a name that is to be called, or for a link that
 * is not one: names of places and free words come from outside.
 */
#ifndef BUDKAVLE_CHANNEL_CHAT_DIALECT_H
#define BUDKAVLE_CHANNEL_CHAT_DIALECT_H

#include "base/buffer.h"

enum {
    CHAT_REPLACED_MOST = 4
};

struct chat_dialect {
    const char *bold;       /* around what stands out; "" where the form has it */
    const char *escaped;    /* characters that get a backslash */
    const char *line_start; /* those that get one where a line begins */
    struct chat_replaced {
        const char *from, *to;
    } replaced[CHAT_REPLACED_MOST];    /* ended by NULL or by the array's end */
    const char *link_begin, *link_end; /* around a web address */
};

extern const struct chat_dialect chat_slack; /* mrkdwn: & < > as references */
extern const struct chat_dialect
    chat_slack_text;                         /* the same without links of its own */
extern const struct chat_dialect chat_teams; /* the Markdown of Adaptive Cards */
extern const struct chat_dialect chat_discord;
extern const struct chat_dialect chat_mattermost;
extern const struct chat_dialect chat_rocketchat;

/* Adds the text as people are to read it. Web addresses stay whole. */
void chat_escape(const struct chat_dialect *dialect, const char *text,
                 struct buffer *out);

/* The same, standing out. */
void chat_bold(const struct chat_dialect *dialect, const char *text,
               struct buffer *out);

#endif
