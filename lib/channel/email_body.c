/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes the bodies of an e-mail. The HTML is as simple as mail programs need it: no
 * style sheet, no picture, nothing that is fetched.
 */
#include "channel/email_body.h"

#include "base/memory.h"
#include "channel/email_facts.h"
#include "channel/markup.h"

#include <stdlib.h>
#include <string.h>

static const char rule[] =
    "\n--------------------------------------------------------------------\n\n";

/* What is said above everything else of a message that is not meant in earnest. NULL:
 * nothing. Borrowed. */
static const char *
banner_of(const struct delivery_input *input, const struct catalogue *catalogue)
{
    const struct facts *facts = &input->message->facts;
    if (input->is_test || facts->mode == MODE_TEST)
        return email_phrase(catalogue, "page.test_banner",
                            "This is a test. Nothing has happened.");
    if (facts->mode == MODE_EXERCISE)
        return email_phrase(catalogue, "page.exercise_banner",
                            "This is an exercise. Nothing has happened.");
    return NULL;
}

/* The incident's page; caller frees; NULL without a page. */
static char *
url_of(const struct delivery_input *input)
{
    if (input->page_url != NULL && notice_is_summary(input->message->notice))
        return string_copy(input->page_url);
    return input->page_url == NULL || notice_is_alarm(input->message->notice)
               ? NULL
               : string_format("%s/incident/%s.html", input->page_url,
                               input->message->incident_id);
}

/* True when there is a page and the text does not lead to it. */
static bool
lacks_url(const struct text_set *text, const char *url)
{
    return url != NULL && strstr(text->long_text, url) == NULL;
}

void
missed_lines_fill(const struct delivery_input *input,
                  const struct compose_context *context, struct missed_lines *lines)
{
    lines->items = memory_array(input->n_catalogues, sizeof(*lines->items));
    lines->count = input->n_catalogues;
    for (size_t i = 0; i < lines->count; i++)
        text_missed(input->catalogues[i], input->missed, context, &lines->items[i]);
}

void
missed_lines_clear(struct missed_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        strings_clear(&lines->items[i]);
    free(lines->items);
    *lines = (struct missed_lines){ 0 };
}

/* The heading and a line for each; nothing without them. */
static void
put_missed(const struct strings *lines, struct buffer *out)
{
    for (size_t i = 0; i < lines->count; i++)
        buffer_addf(out, i == 0 ? "%s\n" : "- %s\n", lines->items[i]);
    if (lines->count > 0)
        buffer_add_char(out, '\n');
}

static void
put_missed_list(const struct strings *lines, struct buffer *out)
{
    for (size_t i = 0; i < lines->count; i++) {
        markup_element(out, i == 0 ? "p" : "li", lines->items[i]);
        buffer_add(out, i == 0 ? "\n<ul>\n" : "\n");
    }
    if (lines->count > 0)
        buffer_add(out, "</ul>\n");
}

static void
put_plain(const struct delivery_input *input, const struct text_set *text,
          const struct strings *missed, size_t language, struct buffer *out)
{
    const struct catalogue *catalogue = input->catalogues[language];
    const char *banner = banner_of(input, catalogue);
    char *url = url_of(input);
    struct strings labels = { 0 }, values = { 0 };
    if (banner != NULL)
        buffer_addf(out, "*** %s ***\n\n", banner);
    buffer_addf(out, "%s\n\n%s\n\n", text->title, text->long_text);
    put_missed(missed, out);
    email_facts(input, catalogue, &labels, &values);
    for (size_t i = 0; i < labels.count; i++)
        buffer_addf(out, "%s: %s\n", labels.items[i], values.items[i]);
    if (lacks_url(text, url))
        buffer_addf(out, "\n%s\n", url);
    strings_clear(&labels);
    strings_clear(&values);
    free(url);
}

void
email_body_plain(const struct delivery_input *input, const struct texts *texts,
                 const struct missed_lines *missed, struct buffer *out)
{
    for (size_t i = 0; i < texts->count; i++) {
        if (i > 0)
            buffer_add(out, rule);
        put_plain(input, &texts->items[i], &missed->items[i], i, out);
    }
}

static void
put_table(const struct delivery_input *input, const struct catalogue *catalogue,
          struct buffer *out)
{
    struct strings labels = { 0 }, values = { 0 };
    email_facts(input, catalogue, &labels, &values);
    buffer_add(out, labels.count > 0 ? "<table cellpadding=\"4\">\n" : "");
    for (size_t i = 0; i < labels.count; i++) {
        buffer_add(out, "<tr>");
        markup_element(out, "th scope=\"row\" align=\"left\" valign=\"top\"",
                       labels.items[i]);
        markup_element(out, "td", values.items[i]);
        buffer_add(out, "</tr>\n");
    }
    buffer_add(out, labels.count > 0 ? "</table>\n" : "");
    strings_clear(&labels);
    strings_clear(&values);
}

/* The text as paragraphs; our own page's address in it, and no other, is a link. */
static void
put_paragraphs(const char *text, const char *url, struct buffer *out)
{
    struct buffer html = { 0 }, escaped = { 0 };
    markup_paragraphs(&html, text);
    markup_text(&escaped, url);
    const char *rest = html.len > 0 ? html.data : "";
    const char *found = escaped.len > 0 ? strstr(rest, escaped.data) : NULL;
    for (; found != NULL; found = strstr(rest, escaped.data)) {
        buffer_append(out, rest, (size_t)(found - rest));
        markup_link(out, url, url);
        rest = found + escaped.len;
    }
    buffer_add(out, rest);
    buffer_clear(&html);
    buffer_clear(&escaped);
}

static void
put_html(const struct delivery_input *input, const struct text_set *text,
         const struct strings *missed, size_t language, struct buffer *out)
{
    const struct catalogue *catalogue = input->catalogues[language];
    const char *banner = banner_of(input, catalogue);
    char *url = url_of(input);
    buffer_add(out, "<div");
    markup_attribute(out, "lang", catalogue_language(catalogue));
    buffer_add(out, ">\n");
    if (banner != NULL) {
        buffer_add(out, "<p>");
        markup_element(out, "strong", banner);
        buffer_add(out, "</p>\n");
    }
    markup_element(out, "h1", text->title);
    buffer_add_char(out, '\n');
    put_paragraphs(text->long_text, url, out);
    put_missed_list(missed, out);
    put_table(input, catalogue, out);
    if (lacks_url(text, url)) {
        buffer_add(out, "<p>");
        markup_link(out, url, url);
        buffer_add(out, "</p>\n");
    }
    buffer_add(out, "</div>\n");
    free(url);
}

void
email_body_html(const struct delivery_input *input, const struct texts *texts,
                const struct missed_lines *missed, const char *subject,
                struct buffer *out)
{
    buffer_add(out, "<!DOCTYPE html>\n<html");
    if (texts->count > 0)
        markup_attribute(out, "lang", texts->items[0].language);
    buffer_add(out, ">\n<head>\n<meta charset=\"utf-8\">\n");
    markup_element(out, "title", subject);
    buffer_add(out, "\n</head>\n<body>\n");
    for (size_t i = 0; i < texts->count; i++) {
        if (i > 0)
            buffer_add(out, "<hr>\n");
        put_html(input, &texts->items[i], &missed->items[i], i, out);
    }
    buffer_add(out, "</body>\n</html>\n");
}
