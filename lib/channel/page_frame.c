/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What stands around the contents of every HTML page: head, language links, banners,
 * contact, feeds.
 */
#include "channel/page.h"

#include "base/memory.h"
#include "channel/markup.h"

#include <stdlib.h>

/* The way from a page of this language back to the root of the site. */
static void
put_root(const struct page_locale *locale, const struct page_frame *frame,
         struct buffer *out)
{
    if (frame->incident_id != NULL)
        buffer_add(out, "../");
    if (!locale->is_default)
        buffer_add(out, "../");
}

/* The same page in another language, as a relative address. */
static char *
sibling_href(const struct page_locale *from, const struct page_frame *frame,
             const struct page_locale *to)
{
    struct buffer href = { 0 };

    put_root(from, frame, &href);
    page_folder(to, &href);
    if (frame->incident_id != NULL)
        buffer_addf(&href, "incident/%s.html", frame->incident_id);
    else
        buffer_add(&href, "index.html");
    return buffer_take(&href);
}

static struct page_locale
other_locale(const struct page_locale *locale, size_t index)
{
    return (struct page_locale){ .view = locale->view,
                                 .catalogue = locale->view->input->catalogues[index],
                                 .index = index,
                                 .is_default = index == 0 };
}

static void
put_feed_link(const struct page_locale *locale, const char *folder, const char *type,
              const char *file, struct buffer *out)
{
    buffer_addf(out, "<link rel=\"alternate\" type=\"%s\" href=\"%s%s\"", type, folder,
                file);
    markup_attribute(out, "title", page_phrase(locale, "page.feed"));
    buffer_add(out, ">\n");
}

static void
put_head_links(const struct page_locale *locale, const struct page_frame *frame,
               struct buffer *out)
{
    const struct page_input *input = locale->view->input;
    const char *folder = frame->incident_id != NULL ? "../" : "";

    put_feed_link(locale, folder, "application/atom+xml", "feed.atom", out);
    put_feed_link(locale, folder, "application/feed+json", "feed.json", out);
    for (size_t i = 0; i < input->n_catalogues; i++) {
        struct page_locale other = other_locale(locale, i);
        char *href = sibling_href(locale, frame, &other);

        buffer_add(out, "<link rel=\"alternate\"");
        markup_attribute(out, "hreflang", catalogue_language(other.catalogue));
        markup_attribute(out, "href", href);
        buffer_add(out, ">\n");
        free(href);
    }
}

const char *
page_mark(const struct page_locale *locale, bool exercise, bool test)
{
    if (exercise)
        return page_phrase(locale, "mode.exercise");
    return test ? page_phrase(locale, "mode.test") : "";
}

static void
put_head(const struct page_locale *locale, const struct page_frame *frame,
         struct buffer *out)
{
    const struct page_view *view = locale->view;

    buffer_add(out, "<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\"");
    markup_attribute(out, "content", view->policy);
    buffer_add(out, ">\n<meta name=\"viewport\" "
                    "content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"referrer\" content=\"no-referrer\">\n");
    if (frame->refresh)
        buffer_add(out, "<meta http-equiv=\"refresh\" content=\"60\">\n");
    buffer_add(out, "<title>");
    /* The heading of an incident has its mark. */
    if (frame->incident_id == NULL && (frame->exercise || frame->test)) {
        markup_text(out, page_mark(locale, frame->exercise, frame->test));
        buffer_add(out, ": ");
    }
    markup_text(out, frame->title);
    buffer_add(out, " – ");
    markup_text(out, view->input->organisation);
    buffer_add(out, "</title>\n");
    put_head_links(locale, frame, out);
    buffer_add(out, "<style>");
    buffer_append(out, view->style.data, view->style.len);
    buffer_add(out, "</style>\n</head>\n");
}

static void
put_language_links(const struct page_locale *locale, const struct page_frame *frame,
                   struct buffer *out)
{
    const struct page_input *input = locale->view->input;

    if (input->n_catalogues < 2)
        return;
    buffer_add(out, "<nav");
    markup_attribute(out, "aria-label", page_phrase(locale, "page.languages"));
    buffer_add(out, ">");
    for (size_t i = 0; i < input->n_catalogues; i++) {
        struct page_locale other = other_locale(locale, i);
        const char *language = catalogue_language(other.catalogue);
        char *href;

        if (i == locale->index)
            continue;
        href = sibling_href(locale, frame, &other);
        buffer_add(out, "<a");
        markup_attribute(out, "href", href);
        markup_attribute(out, "lang", language);
        markup_attribute(out, "hreflang", language);
        buffer_add(out, ">");
        markup_text(out, page_phrase(&other, "page.language_name"));
        buffer_add(out, "</a>");
        free(href);
    }
    buffer_add(out, "</nav>\n");
}

void
page_begin(const struct page_locale *locale, const struct page_frame *frame,
           struct buffer *out)
{
    buffer_add(out, "<!DOCTYPE html>\n<html");
    markup_attribute(out, "lang", catalogue_language(locale->catalogue));
    buffer_add(out, ">\n");
    put_head(locale, frame, out);
    buffer_add(out, "<body>\n<header>\n");
    markup_element(out, "p", locale->view->input->organisation);
    buffer_add(out, "\n");
    put_language_links(locale, frame, out);
    buffer_add(out, "</header>\n<main>\n");
    if (frame->exercise)
        markup_element(out, "p class=\"banner\"",
                       page_phrase(locale, "page.exercise_banner"));
    if (frame->test)
        markup_element(out, "p class=\"banner\"",
                       page_phrase(locale, "page.test_banner"));
}

void
page_end(const struct page_locale *locale, const struct page_frame *frame,
         struct buffer *out)
{
    const char *contact = locale->view->input->contact;
    const char *folder = frame->incident_id != NULL ? "../" : "";
    struct buffer root = { 0 };

    buffer_add(out, "</main>\n<footer>\n");
    if (contact != NULL) {
        buffer_add(out, "<p>");
        markup_text(out, page_phrase(locale, "page.contact"));
        buffer_add_char(out, ' ');
        markup_text(out, contact);
        buffer_add(out, "</p>\n");
    }
    put_root(locale, frame, &root);
    buffer_add(out, "<p class=\"feeds\">");
    markup_text(out, page_phrase(locale, "page.feed"));
    buffer_addf(out,
                ": <a href=\"%sfeed.atom\">Atom</a>"
                "<a href=\"%sfeed.json\">JSON Feed</a>"
                "<a href=\"%sincidents.geojson\">GeoJSON</a>"
                "<a href=\"%sstatus.json\">JSON</a></p>\n"
                "</footer>\n</body>\n</html>\n",
                folder, folder, root.len > 0 ? root.data : "",
                root.len > 0 ? root.data : "");
    buffer_clear(&root);
}
