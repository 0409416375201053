/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The session of a Bluesky account (com.atproto.server): an access token that holds for
 * two hours and a refresh token that holds for some months. Asking for a new one with
 * the password is counted (30 in 5 minutes, 300 a day for an account), so it is kept
 * between deliveries.
 */
#ifndef BUDKAVLE_CHANNEL_BLUESKY_SESSION_H
#define BUDKAVLE_CHANNEL_BLUESKY_SESSION_H

#include "channel/driver.h"

/* Valid when zeroed. */
struct bluesky_session {
    char *did; /* the account's lasting name, did:plc:… */
    char *access, *refresh;
};

/* Reads what bluesky_session_read gave; false when there is none. To be cleared. */
bool bluesky_session_parse(const char *text, struct bluesky_session *session);
void bluesky_session_clear(struct bluesky_session *session); /* wipes */

/* The session in an answer, as outcome.session keeps it; the caller's. NULL: there is
 * none, or one that cannot stand in a header. */
char *bluesky_session_read(const struct reply *reply);

/* An address below the channel's url; caller frees. */
char *bluesky_url(const struct channel *channel, const char *method);

/* Asks for a session: with identifier and password, or with the refresh token. */
void bluesky_session_create(const struct channel *channel, struct request *request);
void bluesky_session_refresh(const struct channel *channel,
                             const struct bluesky_session *session,
                             struct request *request);

#endif
