/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The permanent page of one incident: the newest word, the full picture, advice, and
 * everything that was said, with clock times.
 */
#include "channel/page.h"

#include "base/memory.h"
#include "channel/markup.h"

#include <stdlib.h>
#include <string.h>

static void
put_heading(const struct page_locale *locale, const char *key, struct buffer *out)
{
    markup_element(out, "h2", page_phrase(locale, key));
    buffer_add(out, "\n");
}

static void
put_said_at(const struct page_locale *locale, const struct message *message,
            struct buffer *out)
{
    buffer_add(out, "<p class=\"soft\">");
    page_time(locale, message->written_at_ms, true, out);
    buffer_add(out, "</p>\n");
}

/* The newest word, and the sender's own when the word does not hold it already. */
static void
put_newest(const struct page_locale *locale, const struct page_incident *item,
           struct buffer *out)
{
    const struct facts *facts = &item->incident.facts;
    const char *note =
        facts_has(facts, FIELD_NOTE)
            ? localized_find(&facts->note, catalogue_language(locale->catalogue))
            : NULL;
    struct texts texts = { 0 };
    const char *text = "";

    if (item->latest.row != 0) {
        page_message_texts(locale, &item->latest, &texts);
        text = texts.items[0].long_text;
        put_heading(locale, "page.latest", out);
        put_said_at(locale, &item->latest, out);
    }
    buffer_add(out, "<div class=\"news\">\n");
    markup_paragraphs(out, text);
    if (note != NULL && strstr(text, note) == NULL)
        markup_paragraphs(out, note);
    buffer_add(out, "</div>\n");
    texts_clear(&texts);
}

static void
put_advice(const struct page_locale *locale, const struct facts *facts,
           struct buffer *out)
{
    struct strings sentences = { 0 };

    /* A cancelled incident takes its advice back with it. */
    if (facts_has(facts, FIELD_ADVICE) && facts->status != INCIDENT_CANCELLED)
        text_advice(locale->catalogue, &facts->advice, &sentences);
    if (sentences.count > 0) {
        buffer_add(out, "<section>\n");
        put_heading(locale, "page.advice", out);
        buffer_add(out, "<ul>\n");
        for (size_t i = 0; i < sentences.count; i++) {
            markup_element(out, "li", sentences.items[i]);
            buffer_add(out, "\n");
        }
        buffer_add(out, "</ul>\n</section>\n");
    }
    strings_clear(&sentences);
}

/* with_text: not for the newest, whose text stands above. */
static void
put_message(const struct page_locale *locale, const struct message *message,
            bool with_text, struct buffer *out)
{
    struct texts texts = { 0 };

    page_message_texts(locale, message, &texts);
    buffer_addf(out, "<li id=\"m%lld\">\n", (long long)message->sequence);
    markup_element(out, "h3", texts.items[0].title);
    buffer_add(out, "\n");
    put_said_at(locale, message, out);
    if (with_text)
        markup_paragraphs(out, texts.items[0].long_text);
    buffer_add(out, "</li>\n");
    texts_clear(&texts);
}

static void
put_history(const struct page_locale *locale, const struct page_incident *item,
            struct buffer *out)
{
    if (item->n_history == 0)
        return;
    buffer_add(out, "<section>\n");
    put_heading(locale, "page.history", out);
    buffer_add(out, "<ol class=\"said\">\n");
    for (size_t i = 0; i < item->n_history; i++)
        put_message(locale, &item->history[i],
                    item->history[i].sequence != item->latest.sequence, out);
    buffer_add(out, "</ol>\n</section>\n");
}

/* The page is written when the incident changed: that is when it was updated. */
static void
put_updated(const struct page_locale *locale, const struct page_incident *item,
            struct buffer *out)
{
    int64_t updated_at_ms = item->incident.updated_at_ms;

    if (item->latest.row != 0 && item->latest.written_at_ms > updated_at_ms)
        updated_at_ms = item->latest.written_at_ms;
    buffer_add(out, "<p class=\"soft\">");
    markup_text(out, page_phrase(locale, "page.updated"));
    buffer_add(out, " ");
    page_time(locale, updated_at_ms, true, out);
    buffer_add(out, "</p>\n");
}

void
page_incident_html(const struct page_locale *locale, const struct page_incident *item,
                   struct buffer *out)
{
    const struct facts *facts = &item->incident.facts;
    char *heading = page_heading(locale, item);
    const struct page_frame frame = { .title = heading,
                                      .incident_id = item->incident.id,
                                      .refresh = !page_is_over(item),
                                      .exercise = page_mode_of(item) == MODE_EXERCISE,
                                      .test = page_mode_of(item) == MODE_TEST };

    page_begin(locale, &frame, out);
    buffer_add(out, "<p>");
    markup_link(out, "../index.html", page_phrase(locale, "page.back"));
    buffer_addf(out, "</p>\n<article class=\"%s\">\n",
                name_of(&status_names, (int)page_status_of(item)));
    markup_element(out, "h1", heading);
    buffer_add(out, "\n");
    page_badge(locale, item, out);
    put_updated(locale, item, out);
    buffer_add(out, "<section class=\"card\">\n");
    put_newest(locale, item, out);
    page_facts(locale, item, true, out);
    buffer_add(out, "</section>\n");
    put_advice(locale, facts, out);
    put_history(locale, item, out);
    buffer_add(out, "</article>\n");
    page_end(locale, &frame, out);
    free(heading);
}
