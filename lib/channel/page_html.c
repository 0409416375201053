/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The index: what is going on, what is planned, what ended today.
 */
#include "channel/page.h"

#include "base/memory.h"
#include "channel/markup.h"
#include "text/local_time.h"

#include <stdlib.h>

enum {
    CARDS_MAX = 30, /* all have a card when there are no more; else the largest */
    CARD_MIN_CUSTOMERS = 50 /* and then nothing smaller; the rest are table rows */
};

static void
put_plural(const struct page_locale *locale, const char *key, int64_t n,
           struct buffer *out)
{
    char *text = catalogue_plural(locale->catalogue, key, n);

    markup_text(out, text);
    free(text);
}

static void
put_summary(const struct page_locale *locale, struct buffer *out)
{
    const struct page_view *view = locale->view;

    if (view->open.count > 0) {
        buffer_add(out, "<p class=\"sum\">");
        put_plural(locale, "page.n_open", (int64_t)view->open.count, out);
        if (view->customers_without > 0) {
            buffer_add(out, " ");
            put_plural(locale, "page.n_without", view->customers_without, out);
        }
        buffer_add(out, "</p>\n");
    }
    buffer_add(out, "<p class=\"soft\">");
    markup_text(out, page_phrase(locale, "page.updated"));
    buffer_add(out, " ");
    page_time(locale, view->input->now_ms, true, out);
    buffer_add(out, "</p>\n");
}

static void
put_state_class(const struct page_incident *item, struct buffer *out)
{
    buffer_add(out, name_of(&status_names, (int)page_status_of(item)));
}

/* What people must do stands on the index too: many read no further. */
static void
put_urgent_advice(const struct page_locale *locale, const struct page_incident *item,
                  struct buffer *out)
{
    char *advice = page_is_over(item)
                       ? NULL
                       : text_advice_first(locale->catalogue, &item->incident.facts);

    if (advice != NULL) {
        buffer_add(out, "<p>");
        markup_element(out, "strong", advice);
        buffer_add(out, "</p>\n");
    }
    free(advice);
}

static void
put_card(const struct page_locale *locale, const struct page_incident *item,
         struct buffer *out)
{
    char *heading = page_heading(locale, item);

    buffer_add(out, "<article class=\"card ");
    put_state_class(item, out);
    buffer_addf(out, "\">\n<h3><a href=\"incident/%s.html\">", item->incident.id);
    markup_text(out, heading);
    buffer_add(out, "</a></h3>\n");
    page_badge(locale, item, out);
    buffer_add(out, "\n");
    put_urgent_advice(locale, item, out);
    page_facts(locale, item, false, out);
    buffer_add(out, "</article>\n");
    free(heading);
}

static void
put_number(const struct page_locale *locale, int64_t n, struct buffer *out)
{
    char *text = catalogue_number(locale->catalogue, n);

    markup_text(out, text);
    free(text);
}

/* The moment that matters most: the estimate, the start of the work, or the end. */
static int64_t
row_time(const struct page_incident *item)
{
    const struct facts *facts = &item->incident.facts;

    if (status_is_open(page_status_of(item)))
        return facts_has(facts, FIELD_ETR) ? facts->etr.at_ms : TIME_NONE;
    if (page_status_of(item) == INCIDENT_PLANNED)
        return facts_has(facts, FIELD_PLANNED) ? facts->planned.from_ms : TIME_NONE;
    return page_ended_at(item);
}

/* An estimate never passes in silence, not even here. */
static void
put_row_time(const struct page_locale *locale, const struct page_incident *item,
             struct buffer *out)
{
    const int64_t now_ms = locale->view->input->now_ms;
    int64_t time_ms = row_time(item);
    char *text;

    if (time_ms == TIME_NONE) {
        markup_text(out, page_phrase(locale, "page.time_unknown"));
        return;
    }
    text = local_time_styled(
        locale->catalogue, time_ms,
        (struct local_style){ .now_ms = now_ms, .short_names = true });
    markup_time(out, time_ms, text);
    free(text);
    if (status_is_open(page_status_of(item)) && time_ms < now_ms) {
        buffer_add_char(out, ' ');
        markup_text(out, page_phrase(locale, "page.passed"));
    }
}

/* A small incident in a long list: one row, as short as it can be. */
static void
put_row(const struct page_locale *locale, const struct page_incident *item,
        struct buffer *out)
{
    int64_t without = page_customers_without(item);
    char *heading = page_heading(locale, item);

    buffer_addf(out, "<tr><th scope=\"row\"><a href=\"incident/%s.html\">",
                item->incident.id);
    markup_text(out, heading);
    buffer_add(out, "</a></th><td>");
    markup_text(out,
                page_value(locale, "status", &status_names, (int)page_status_of(item)));
    buffer_add(out, "</td><td>");
    put_row_time(locale, item, out);
    buffer_add(out, "</td><td class=\"n\">");
    if (without >= 0)
        put_number(locale, without, out);
    buffer_add(out, "</td></tr>\n");
    free(heading);
}

static void
put_column(const struct page_locale *locale, const char *attributes, const char *key,
           struct buffer *out)
{
    buffer_addf(out, "<th scope=\"col\"%s>", attributes);
    markup_text(out, page_phrase(locale, key));
    buffer_add(out, "</th>");
}

static int
compare_descending(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return left < right ? 1 : left > right ? -1 : 0;
}

/* From how many customers on an open incident has a card; -1: all have one. */
static int64_t
card_threshold(const struct page_list *open)
{
    int64_t *customers, threshold;

    if (open->count <= CARDS_MAX)
        return -1;
    customers = memory_array(open->count, sizeof(*customers));
    for (size_t i = 0; i < open->count; i++)
        customers[i] = page_customers_without(open->items[i]);
    qsort(customers, open->count, sizeof(*customers), compare_descending);
    /* One more than the first that has no room any longer: ties share its fate. */
    threshold = customers[CARDS_MAX] + 1;
    free(customers);
    return threshold > CARD_MIN_CUSTOMERS ? threshold : CARD_MIN_CUSTOMERS;
}

static size_t
put_cards(const struct page_locale *locale, const struct page_list *list,
          int64_t threshold, struct buffer *out)
{
    struct buffer cards = { 0 };
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (page_customers_without(list->items[i]) < threshold)
            continue;
        put_card(locale, list->items[i], &cards);
        count++;
    }
    if (count > 0) {
        buffer_add(out, "<div class=\"cards\">\n");
        buffer_append(out, cards.data, cards.len);
        buffer_add(out, "</div>\n");
    }
    buffer_clear(&cards);
    return count;
}

/* One section of the index. */
struct section {
    const char *id;
    const char *heading;  /* phrases */
    const char *nothing;  /* said when it is empty; NULL: then it is left out */
    const char *row_time; /* what the time of a row is */
    const char *cut_off;  /* said when it may not be all; NULL: it always is */
};

static void
put_rows(const struct page_locale *locale, const struct section *section,
         const struct page_list *list, int64_t threshold, struct buffer *out)
{
    buffer_add(out, "<table>\n<thead><tr>");
    put_column(locale, "", "page.place", out);
    put_column(locale, "", "page.status", out);
    put_column(locale, "", section->row_time, out);
    put_column(locale, " class=\"n\"", "page.customers", out);
    buffer_add(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < list->count; i++) {
        if (page_customers_without(list->items[i]) < threshold)
            put_row(locale, list->items[i], out);
    }
    buffer_add(out, "</tbody>\n</table>\n");
}

static void
put_section(const struct page_locale *locale, const struct section *section,
            const struct page_list *list, struct buffer *out)
{
    int64_t threshold = card_threshold(list);
    size_t most = locale->view->input->n_ended_most;
    size_t n_cards;

    if (list->count == 0 && section->nothing == NULL)
        return;
    buffer_addf(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">", section->id,
                section->id);
    markup_text(out, page_phrase(locale, section->heading));
    buffer_add(out, "</h2>\n");
    if (list->count == 0) {
        markup_element(out, "p class=\"none\"", page_phrase(locale, section->nothing));
        buffer_add(out, "\n");
    }
    n_cards = put_cards(locale, list, threshold, out);
    if (n_cards > 0 && n_cards < list->count) {
        buffer_add(out, "<h3>");
        put_plural(locale, "page.n_smaller", (int64_t)(list->count - n_cards), out);
        buffer_add(out, "</h3>\n");
    }
    if (n_cards < list->count)
        put_rows(locale, section, list, threshold, out);
    if (section->cut_off != NULL && most > 0 && list->count >= most) {
        buffer_add(out, "<p class=\"soft\">");
        put_plural(locale, section->cut_off, (int64_t)list->count, out);
        buffer_add(out, "</p>\n");
    }
    buffer_add(out, "</section>\n");
}

void
page_index_html(const struct page_locale *locale, struct buffer *out)
{
    static const struct section now = { "now", "page.now", "page.nothing_now",
                                        "page.etr", NULL };
    static const struct section planned = { "planned", "page.planned_heading", NULL,
                                            "page.planned", NULL };
    static const struct section ended = { "ended", "page.ended_today",
                                          "page.nothing_ended", "page.ended",
                                          "page.newest_ended" };
    const struct page_view *view = locale->view;
    const struct page_frame frame = { .title = page_phrase(locale, "page.title"),
                                      .refresh = true,
                                      .exercise = view->has_exercise,
                                      .test = view->has_test };

    page_begin(locale, &frame, out);
    markup_element(out, "h1", frame.title);
    buffer_add(out, "\n");
    put_summary(locale, out);
    put_section(locale, &now, &view->open, out);
    put_section(locale, &planned, &view->planned, out);
    put_section(locale, &ended, &view->ended, out);
    page_end(locale, &frame, out);
}
