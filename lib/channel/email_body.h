/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The two bodies of an e-mail: the same words as plain text and as HTML, every
 * configured language after the other.
 */
#ifndef BUDKAVLE_CHANNEL_EMAIL_BODY_H
#define BUDKAVLE_CHANNEL_EMAIL_BODY_H

#include "channel/driver.h"

/* What the reader missed, in lines: one list for each catalogue, in their order. */
struct missed_lines {
    struct strings *items;
    size_t count;
};
void missed_lines_fill(const struct delivery_input *input,
                       const struct compose_context *context,
                       struct missed_lines *lines);
void missed_lines_clear(struct missed_lines *lines);

/* texts: one set for each catalogue, in their order. */
void email_body_plain(const struct delivery_input *input, const struct texts *texts,
                      const struct missed_lines *missed, struct buffer *out);
void email_body_html(const struct delivery_input *input, const struct texts *texts,
                     const struct missed_lines *missed, const char *subject,
                     struct buffer *out);

#endif
