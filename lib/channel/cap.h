/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the parts of the CAP driver share: an alert in the making, and who writes which
 * part of it. Not for anybody outside the driver.
 */
#ifndef BUDKAVLE_CHANNEL_CAP_H
#define BUDKAVLE_CHANNEL_CAP_H

#include "base/buffer.h"
#include "channel/driver.h"
#include "model/cap.h"

/* One message of an incident, and what went before it. Borrowed. */
struct cap_story {
    const struct channel *channel;
    struct catalogue *const *catalogues;
    size_t n_catalogues;
    const char *organisation, *contact, *page_url;
    /* Newest first: messages[0] is the one to be written. */
    const struct message *messages;
    size_t n_messages;
    const char *merged_into_id; /* public id of the incident that it is part of; NULL */
};

/* The name of the message's file, below the channel's directory. Caller frees. */
char *cap_file_name(const struct message *message);

/*
 * When it is sent, in whole seconds: when it was written, and never before an earlier
 * message of its incident, though the clock may have been set back between them.
 */
int64_t cap_sent_ms(const struct message *messages, size_t n_messages);
/* When it is no longer to be acted on. */
int64_t cap_expires_ms(const struct channel *channel, const struct message *message,
                       int64_t sent_ms);

/* The whole alert as XML. */
void cap_write(const struct cap_story *story, struct buffer *out);

/* Identifier, sender and sent of an earlier message: "drift@example.se,m_…,2026-…". The
 * type of the message, and those that it refers to. */
enum cap_message cap_type(const struct cap_story *story);
void cap_write_references(const struct cap_story *story, struct buffer *out);

/* cap_info.c: one <info>. areas: of all languages. */
void cap_write_info(const struct cap_story *story, const struct catalogue *catalogue,
                    bool is_first, const char *areas, struct buffer *out);
/* cap_parameters.c: the facts that CAP has no element for, which the reader of alerts
 * (lib/codec/cap_own.c) takes back. */
void cap_write_parameters(const struct cap_story *story, const char *language,
                          struct buffer *out);
/* cap_area.c: the places as <area>. */
void cap_write_areas(const struct channel *channel, const struct facts *facts,
                     struct buffer *out);

/* cap_feed.c: the newest message of each incident, linked. cap_rss: only with "url". */
void cap_atom(const struct page_input *input, struct buffer *out);
void cap_rss(const struct page_input *input, struct buffer *out);

/* <name>text</name> on a line of its own; nothing at all without text. */
void cap_element(struct buffer *out, const char *name, const char *text);
void cap_element_time(struct buffer *out, const char *name, int64_t time_ms);
/* <block><valueName>name</valueName><value>value</value></block>; nothing without it. */
void cap_element_value(struct buffer *out, const char *block, const char *name,
                       const char *value);
/* The channel's option, or this without it. */
const char *cap_option(const struct channel *channel, const char *name,
                       const char *absent);

#endif
