/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a post of Bluesky says: its text, and the card below it that leads to the
 * incident's page.
 */
#ifndef BUDKAVLE_CHANNEL_BLUESKY_POST_H
#define BUDKAVLE_CHANNEL_BLUESKY_POST_H

#include "channel/bluesky_session.h"

/* driver.length and driver.show. */
void bluesky_length(const struct channel *channel, struct length_rule *rule);
void bluesky_show(const struct delivery_input *input, struct shown *shown);

/* The whole text; says in *input->n_carried what it carries. Caller frees; NULL: see the
 * sentence. */
char *bluesky_text(const struct delivery_input *input, struct error *error);

/* Puts the record in its place; what stands there already is this delivery's own. */
enum status bluesky_put(const struct delivery_input *input,
                        const struct bluesky_session *session, struct request *request,
                        struct error *error);

#endif
