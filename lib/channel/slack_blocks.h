/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A delivery as Slack shows it: blocks, and the text that stands in notifications and
 * wherever blocks cannot be shown.
 */
#ifndef BUDKAVLE_CHANNEL_SLACK_BLOCKS_H
#define BUDKAVLE_CHANNEL_SLACK_BLOCKS_H

#include "channel/chat_text.h"

#include <jansson.h>

/* The text of a section, which is what has limited room. */
extern const struct chat_form slack_form;

/* {"text", "blocks", …} without an address; a new reference. */
json_t *slack_body(const struct chat_parts *parts);

#endif
