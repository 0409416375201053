/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is known of one incident, as a list of terms and values.
 */
#include "channel/page.h"

#include "base/memory.h"
#include "channel/markup.h"
#include "text/fact_rows.h"

#include <stdlib.h>
#include <string.h>

/* The name of the incident that this one is part of; its id when it is not at hand. */
static char *
name_of_other(const struct page_locale *locale, const char *id)
{
    const struct page_input *input = locale->view->input;

    for (size_t i = 0; i < input->n_incidents; i++) {
        if (strcmp(input->incidents[i].incident.id, id) == 0)
            return page_heading(locale, &input->incidents[i]);
    }
    return string_copy(id);
}

static void
put_part(const struct fact_row *row, size_t at, struct buffer *out)
{
    const struct fact_part *part = &row->parts[at];

    switch (part->kind) {
    case FACT_WORDS:
        markup_text(out, part->text);
        break;
    case FACT_TIME:
        buffer_add(out, row->is_main ? "<b>" : "");
        markup_time(out, part->time_ms, part->text);
        buffer_add(out, row->is_main ? "</b>" : "");
        break;
    case FACT_NAME:
        buffer_add(out, at > 0 ? "<br>" : "");
        markup_text(out, part->text);
        break;
    case FACT_LINK:
        markup_link(out, part->href, part->text);
        break;
    case FACT_REMARK:
        markup_element(out, "small", part->text);
        break;
    case FACT_SENTENCE:
        markup_element(out, "div", part->text);
        break;
    }
}

static void
put_rows(const struct fact_rows *rows, struct buffer *out)
{
    buffer_add(out, "<dl>\n");
    for (size_t i = 0; i < rows->count; i++) {
        const struct fact_row *row = &rows->items[i];

        buffer_add(out, "<div>");
        markup_element(out, "dt", row->label);
        buffer_add(out, "<dd>");
        for (size_t j = 0; j < row->n_parts; j++)
            put_part(row, j, out);
        buffer_add(out, "</dd></div>\n");
    }
    buffer_add(out, "</dl>\n");
}

void
page_facts(const struct page_locale *locale, const struct page_incident *item,
           bool in_full, struct buffer *out)
{
    /* Stands on incident pages only: the index shows the other incident instead. */
    const char *other = in_full ? item->merged_into_id : NULL;
    char *name = other != NULL ? name_of_other(locale, other) : NULL;
    char *href = other != NULL ? string_format("%s.html", other) : NULL;
    const struct fact_view view = {
        .catalogue = locale->catalogue,
        .facts = &item->incident.facts,
        .status = page_status_of(item),
        .ended_at_ms = page_ended_at(item),
        .next_word_at_ms =
            item->latest.row == 0 ? TIME_NONE : item->latest.next_word_at_ms,
        .now_ms = locale->view->input->now_ms,
        .with_days = in_full,
        .with_words = in_full,
        .places = in_full ? PLACES_EACH : PLACES_LEFT_OUT,
        .part_of = name,
        .part_of_href = href,
    };
    struct fact_rows rows = { 0 };

    fact_rows_fill(&view, &rows);
    put_rows(&rows, out);
    fact_rows_clear(&rows);
    free(name);
    free(href);
}

void
page_badge(const struct page_locale *locale, const struct page_incident *item,
           struct buffer *out)
{
    static const char *const mode_phrases[MODE_COUNT] = {
        [MODE_EXERCISE] = "mode.exercise",
        [MODE_TEST] = "mode.test",
    };
    enum event_mode mode = page_mode_of(item);

    buffer_add(out, "<span class=\"badge\">");
    markup_text(out,
                page_value(locale, "status", &status_names, (int)page_status_of(item)));
    buffer_add(out, "</span>");
    if (mode_phrases[mode] != NULL) {
        buffer_add(out, " <span class=\"badge drill\">");
        markup_text(out, page_phrase(locale, mode_phrases[mode]));
        buffer_add(out, "</span>");
    }
}
