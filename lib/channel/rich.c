/* SPDX-License-Identifier: EUPL-1.2 */
/* The two ways to write a message in full. */
#include "channel/rich.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "channel/markup.h"
#include "channel/shown.h"
#include "text/fit.h"
#include "text/missed.h"

#include <stdlib.h>
#include <string.h>

static const char *
banner_of(const struct delivery_input *input, const struct catalogue *catalogue)
{
    const struct facts *facts = &input->message->facts;

    if (input->is_test || facts->mode == MODE_TEST) {
        return catalogue_phrase(catalogue, "page.test_banner");
    }
    return facts->mode == MODE_EXERCISE
               ? catalogue_phrase(catalogue, "page.exercise_banner")
               : NULL;
}

/* The page has a folder for each language but the first. */
static char *
url_of(const struct delivery_input *input, size_t language, const char *id)
{
    const char *folder = catalogue_language(input->catalogues[language]);

    if (input->page_url == NULL || id[0] == '\0') {
        return NULL;
    }
    return language == 0
               ? string_format("%s/incident/%s.html", input->page_url, id)
               : string_format("%s/%s/incident/%s.html", input->page_url, folder, id);
}

/* Of what is about many incidents. */
static char *
front_page_of(const struct delivery_input *input, size_t language)
{
    if (input->page_url == NULL) {
        return NULL;
    }
    return language == 0
               ? string_copy(input->page_url)
               : string_format("%s/%s/", input->page_url,
                               catalogue_language(input->catalogues[language]));
}

static void
fill_facts(const struct delivery_input *input, size_t language, struct rich *rich)
{
    const struct message *message = input->message;
    const struct facts *facts = &message->facts;
    bool is_over =
        facts->status == INCIDENT_RESTORED || facts->status == INCIDENT_CANCELLED;
    char *other = url_of(input, language, message->merged_into_id);
    const struct fact_view view = {
        .catalogue = input->catalogues[language],
        .facts = facts,
        .status = facts->status,
        .ended_at_ms = is_over && facts_has(facts, FIELD_ENDED_AT) ? facts->ended_at_ms
                                                                   : TIME_NONE,
        .next_word_at_ms = message->next_word_at_ms,
        .now_ms = input->now_ms,
        .with_head = true,
        .with_words = true,
        .places = PLACES_IN_A_ROW,
        .part_of = other,
    };

    fact_rows_fill(&view, &rich->facts);
    free(other);
}

void
rich_fill(const struct delivery_input *input, size_t language, struct rich *rich)
{
    const struct catalogue *catalogue = input->catalogues[language];
    const struct compose_context context = delivery_context(input);
    bool is_alarm = notice_is_alarm(input->message->notice);
    struct fitted fitted = { 0 };
    char *title = text_title(catalogue, input->message, &context);

    rich_clear(rich);
    text_fit_language(input->catalogues, language, input->message, &context, NULL, NULL,
                      &fitted);
    rich->language = catalogue_language(catalogue);
    rich->banner = banner_of(input, catalogue);
    rich->title = utf8_strip_format(title);
    rich->text = string_copy(fitted.text);
    text_missed(catalogue, input->missed, &context, &rich->missed);
    if (notice_is_summary(input->message->notice)) {
        rich->url = front_page_of(input, language);
    } else if (!is_alarm) { /* their texts have all of it */
        fill_facts(input, language, rich);
        rich->url = url_of(input, language, input->message->incident_id);
    }
    fitted_clear(&fitted);
    free(title);
}

void
rich_clear(struct rich *rich)
{
    free(rich->title);
    free(rich->text);
    free(rich->url);
    strings_clear(&rich->missed);
    fact_rows_clear(&rich->facts);
    *rich = (struct rich){ 0 };
}

bool
rich_lacks_url(const struct rich *rich)
{
    return rich->url != NULL && strstr(rich->text, rich->url) == NULL;
}

void
rich_plain(const struct rich *rich, struct buffer *out)
{
    if (rich->banner != NULL) {
        buffer_addf(out, "*** %s ***\n\n", rich->banner);
    }
    buffer_addf(out, "%s\n\n%s\n\n", rich->title, rich->text);
    for (size_t i = 0; i < rich->missed.count; i++) {
        buffer_addf(out, i == 0 ? "%s\n" : "- %s\n", rich->missed.items[i]);
    }
    if (rich->missed.count > 0) {
        buffer_add_char(out, '\n');
    }
    for (size_t i = 0; i < rich->facts.count; i++) {
        char *value = fact_row_text(&rich->facts.items[i]);

        buffer_addf(out, "%s: %s\n", rich->facts.items[i].label, value);
        free(value);
    }
    if (rich_lacks_url(rich)) {
        buffer_addf(out, "\n%s\n", rich->url);
    }
}

/* The heading and a list; nothing when nothing was missed. */
static void
put_missed(const struct strings *lines, struct buffer *out)
{
    for (size_t i = 0; i < lines->count; i++) {
        markup_element(out, i == 0 ? "p" : "li", lines->items[i]);
        buffer_add(out, i == 0 ? "\n<ul>\n" : "\n");
    }
    if (lines->count > 0) {
        buffer_add(out, "</ul>\n");
    }
}

static void
put_table(const struct fact_rows *facts, struct buffer *out)
{
    buffer_add(out, facts->count > 0 ? "<table cellpadding=\"4\">\n" : "");
    for (size_t i = 0; i < facts->count; i++) {
        char *value = fact_row_text(&facts->items[i]);

        buffer_add(out, "<tr>");
        markup_element(out, "th scope=\"row\" align=\"left\" valign=\"top\"",
                       facts->items[i].label);
        markup_element(out, "td", value);
        buffer_add(out, "</tr>\n");
        free(value);
    }
    buffer_add(out, facts->count > 0 ? "</table>\n" : "");
}

/* The text as paragraphs; our own page's address in it, and no other, is a link. */
static void
put_paragraphs(const char *text, const char *url, struct buffer *out)
{
    struct buffer html = { 0 }, escaped = { 0 };
    const char *rest, *found;

    markup_paragraphs(&html, text);
    markup_text(&escaped, url);
    rest = html.len > 0 ? html.data : "";
    found = escaped.len > 0 ? strstr(rest, escaped.data) : NULL;
    for (; found != NULL; found = strstr(rest, escaped.data)) {
        buffer_append(out, rest, (size_t)(found - rest));
        markup_link(out, url, url);
        rest = found + escaped.len;
    }
    buffer_add(out, rest);
    buffer_clear(&html);
    buffer_clear(&escaped);
}

void
rich_html(const struct rich *rich, struct buffer *out)
{
    buffer_add(out, "<div");
    markup_attribute(out, "lang", rich->language);
    buffer_add(out, ">\n");
    if (rich->banner != NULL) {
        buffer_add(out, "<p>");
        markup_element(out, "strong", rich->banner);
        buffer_add(out, "</p>\n");
    }
    markup_element(out, "h1", rich->title);
    buffer_add_char(out, '\n');
    put_paragraphs(rich->text, rich->url, out);
    put_missed(&rich->missed, out);
    put_table(&rich->facts, out);
    if (rich_lacks_url(rich)) {
        buffer_add(out, "<p>");
        markup_link(out, rich->url, rich->url);
        buffer_add(out, "</p>\n");
    }
    buffer_add(out, "</div>\n");
}
