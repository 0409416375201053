/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A message in full for channels that can show it: title, paragraphs, what was missed,
 * the facts as a table, and the link; as plain text and as simple HTML without a style
 * sheet, a picture or anything that is fetched.
 */
#ifndef BUDKAVLE_CHANNEL_RICH_H
#define BUDKAVLE_CHANNEL_RICH_H

#include "base/buffer.h"
#include "base/strings.h"
#include "channel/driver.h"
#include "text/fact_rows.h"

/* Valid when zeroed. */
struct rich {
    const char *language; /* borrowed from the catalogue */
    const char *banner;   /* of what is not meant in earnest; NULL; borrowed */
    char *title;
    char *text; /* paragraphs with an empty line between */
    struct strings missed;
    struct fact_rows facts;
    char *url; /* of the incident's page in this language; NULL without one */
};

/* What the reader gets in input->catalogues[language]. Clears *rich first. */
void rich_fill(const struct delivery_input *input, size_t language, struct rich *rich);
void rich_clear(struct rich *rich);

/* There is a page, and the text does not lead to it. */
bool rich_lacks_url(const struct rich *rich);

/* Both append to *out. */
void rich_plain(const struct rich *rich, struct buffer *out);
void rich_html(const struct rich *rich, struct buffer *out); /* a <div> */

#endif
