/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a post of Bluesky answers: the server takes an answer to a post that is no more, so
 * whoever does not want to answer into the void looks first. The last post and the root of
 * its thread stand in delivery_step.note, as two lines.
 */
#ifndef BUDKAVLE_CHANNEL_BLUESKY_THREAD_H
#define BUDKAVLE_CHANNEL_BLUESKY_THREAD_H

#include "channel/bluesky_session.h"

#define BLUESKY_COLLECTION "app.bsky.feed.post"

/* Asks for a record: the one that this delivery writes, or the post of a remote id. */
void bluesky_look_own(const struct delivery_input *input,
                      const struct bluesky_session *session, struct request *request);
void bluesky_look(const struct channel *channel, const char *remote_id,
                  struct request *request);
/* For the root in a note. */
void bluesky_look_root(const struct channel *channel, const char *note,
                       struct request *request);

/* The remote id is a post that can be asked for; NULL is none. */
bool bluesky_is_post(const char *remote_id);

/* The answer says that there is no such record. */
bool bluesky_is_gone(const struct reply *reply);

/* The note for an answer to the post of remote_id, which was found: its root is what it
 * says itself, else it. Caller frees. */
char *bluesky_thread_note(const struct reply *reply, const char *remote_id);
/* The same, by what is known without asking. */
char *bluesky_thread_known(const struct delivery_input *input);

/* The remote ids in a note; caller frees; NULL: there is none. */
char *bluesky_thread_parent(const char *note);
char *bluesky_thread_root(const char *note);

/* The record's text, in the answer to bluesky_look_own; caller frees; NULL. */
char *bluesky_text_said(const struct reply *reply);

#endif
