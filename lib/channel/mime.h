/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The parts of an Internet message (RFC 5322, MIME): header lines, dates,
 * quoted-printable, parts. Lines end in CRLF and never pass 998 bytes, and no text can
 * break out of its header line, whatever is in it.
 */
#ifndef BUDKAVLE_CHANNEL_MIME_H
#define BUDKAVLE_CHANNEL_MIME_H

#include "base/buffer.h"

#include <stdint.h>

enum {
    MIME_DATE_SIZE = 40
};

/* "Mon, 23 Nov 2026 13:05:01 +0000" (RFC 5322, 3.3). */
const char *mime_date(int64_t time_ms, char out[MIME_DATE_SIZE]);

/* A header whose value is ASCII in the field's own syntax, folded at its spaces. */
void mime_header(struct buffer *out, const char *name, const char *value);

/* A header of free text: encoded words (RFC 2047) where it is not plain ASCII; line
 * feeds and other control characters become spaces. */
void mime_header_text(struct buffer *out, const char *name, const char *text);

/* "name: display <address>"; display may be any text, address has been checked. */
void mime_header_mailbox(struct buffer *out, const char *name, const char *display,
                         const char *address);

/* The text quoted-printable (RFC 2045, 6.7), its line feeds as CRLF, ending in CRLF. */
void mime_quoted_printable(struct buffer *out, const char *text);

/*
 * One part of a multipart body. boundary holds "=_", which quoted-printable never has,
 * so that no text can end its part.
 */
void mime_part(struct buffer *out, const char *boundary, const char *type,
               const char *text);
void mime_parts_end(struct buffer *out, const char *boundary);

#endif
