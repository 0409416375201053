/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes the page with which a reader leaves a list. It loads nothing from anywhere, and
 * names neither the reader nor the list.
 */
#include "channel/leave_page.h"

#include "channel/markup.h"

static const char *const phrases[LEAVE_PAGE_COUNT] = {
    [LEAVE_PAGE_ASK] = "leave.ask",
    [LEAVE_PAGE_DONE] = "leave.done",
    [LEAVE_PAGE_UNKNOWN] = "leave.unknown",
};

/* The address has the token: no other site is to be told of it. */
static const char head[] =
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "base-uri 'none'; form-action 'self'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<meta name=\"robots\" content=\"noindex\">\n";

/* The form goes to the address of the page itself, token and all, with the body that mail
 * programs send there too (RFC 8058, 3.2). */
static void
put_button(const char *text, struct buffer *out)
{
    buffer_add(out, "<form method=\"post\">\n<input type=\"hidden\" "
                    "name=\"List-Unsubscribe\" value=\"One-Click\">\n");
    markup_element(out, "button type=\"submit\"", text);
    buffer_add(out, "\n</form>\n");
}

static void
put_language(const struct catalogue *catalogue, enum leave_page page,
             const char *contact, struct buffer *out)
{
    buffer_add(out, "<section");
    markup_attribute(out, "lang", catalogue_language(catalogue));
    buffer_add(out, ">\n");
    markup_element(out, "h1", catalogue_phrase(catalogue, "leave.title"));
    buffer_add(out, "\n");
    markup_element(out, "p", catalogue_phrase(catalogue, phrases[page]));
    buffer_add(out, "\n");
    if (page == LEAVE_PAGE_ASK)
        put_button(catalogue_phrase(catalogue, "leave.button"), out);
    if (contact != NULL) {
        buffer_add(out, "<p>");
        markup_text(out, catalogue_phrase(catalogue, "page.contact"));
        buffer_add_char(out, ' ');
        markup_text(out, contact);
        buffer_add(out, "</p>\n");
    }
    buffer_add(out, "</section>\n");
}

char *
leave_page(enum leave_page page, struct catalogue *const *catalogues,
           size_t n_catalogues, const char *organisation, const char *contact)
{
    struct buffer out = { 0 };
    buffer_add(&out, "<!DOCTYPE html>\n<html");
    markup_attribute(&out, "lang", catalogue_language(catalogues[0]));
    buffer_addf(&out, ">\n<head>\n%s", head);
    markup_element(&out, "title", organisation);
    buffer_add(&out, "\n</head>\n<body>\n");
    for (size_t i = 0; i < n_catalogues; i++) {
        buffer_add(&out, i > 0 ? "<hr>\n" : "");
        put_language(catalogues[i], page, contact, &out);
    }
    buffer_add(&out, "</body>\n</html>\n");
    return buffer_take(&out);
}
