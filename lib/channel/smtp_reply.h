/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads the replies of a mail server: the line that decides, its enhanced status code
 * (RFC 3463, RFC 2034), and what that code says in words.
 */
#ifndef BUDKAVLE_CHANNEL_SMTP_REPLY_H
#define BUDKAVLE_CHANNEL_SMTP_REPLY_H

#include "base/strings.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    SMTP_NO_CODE = -2 /* there is no enhanced code */
};

/* 5.SUBJECT.DETAIL; the class is the first digit of the reply's code. */
struct enhanced_code {
    int subject, detail;
};

struct smtp_reply {
    const char *line; /* borrowed; NULL: there is no reply with that code */
    struct enhanced_code enhanced;
    const char *said; /* behind the codes, in the server's own words */
};

/* True when the line is one of a reply with that code: "550 …" or "550-…". */
bool smtp_line_has_code(const char *line, int64_t code);

/* The last reply with that code: of several lines the first with an enhanced code, else
 * the first. */
struct smtp_reply smtp_reply_find(const struct strings *lines, int64_t code);

/* What the code says (IANA's registry of enhanced status codes); NULL: it is not known. */
const char *smtp_status_words(struct enhanced_code code);

#endif
