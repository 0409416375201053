/* SPDX-License-Identifier: EUPL-1.2 */
/* Puts the languages of an e-mail below each other. */
#include "channel/email_body.h"

#include "channel/markup.h"

static const char rule[] =
    "\n--------------------------------------------------------------------\n\n";

void
email_body_plain(const struct rich *languages, size_t n, struct buffer *out)
{
    for (size_t i = 0; i < n; i++) {
        buffer_add(out, i > 0 ? rule : "");
        rich_plain(&languages[i], out);
    }
}

void
email_body_html(const struct rich *languages, size_t n, const char *subject,
                struct buffer *out)
{
    buffer_add(out, "<!DOCTYPE html>\n<html");
    if (n > 0) {
        markup_attribute(out, "lang", languages[0].language);
    }
    buffer_add(out, ">\n<head>\n<meta charset=\"utf-8\">\n");
    markup_element(out, "title", subject);
    buffer_add(out, "\n</head>\n<body>\n");
    for (size_t i = 0; i < n; i++) {
        buffer_add(out, i > 0 ? "<hr>\n" : "");
        rich_html(&languages[i], out);
    }
    buffer_add(out, "</body>\n</html>\n");
}
