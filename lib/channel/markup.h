/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Small builders for HTML and XML. Everything that comes from outside passes through
 * markup_text(), in elements and attributes alike; what a browser or a parser could
 * take for markup, and what could reorder or hide text, never gets through.
 */
#ifndef BUDKAVLE_CHANNEL_MARKUP_H
#define BUDKAVLE_CHANNEL_MARKUP_H

#include "base/buffer.h"

#include <stdint.h>

/*
 * The text with & < > " ' as references, valid in HTML and in XML 1.0, in an element or
 * in a quoted attribute. Left out: control characters but line feeds (a tab is a space),
 * format characters such as bidirectional overrides (Cf), and what XML cannot hold.
 * Bytes that are not UTF-8 become U+FFFD. NULL adds nothing.
 */
void markup_text(struct buffer *out, const char *text);

/* <tag>text</tag>; tag may carry attributes, which the end tag leaves out. */
void markup_element(struct buffer *out, const char *tag, const char *text);

/* ` name="value"`, with the blank in front. */
void markup_attribute(struct buffer *out, const char *name, const char *value);

/* <a href="href">text</a> */
void markup_link(struct buffer *out, const char *href, const char *text);

/* <time datetime="…Z">text</time> */
void markup_time(struct buffer *out, int64_t time_ms, const char *text);

/* <p> for each paragraph (they are separated by an empty line), <br> for a line feed. */
void markup_paragraphs(struct buffer *out, const char *text);

#endif
