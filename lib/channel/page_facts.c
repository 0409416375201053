/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is known of one incident, as a list of terms and values: one row of the table
 * for each fact.
 */
#include "channel/page.h"

#include "base/memory.h"
#include "channel/markup.h"
#include "text/local_time.h"

#include <stdlib.h>
#include <string.h>

/* What a row needs to write its value. */
struct fact_context {
    const struct page_locale *locale;
    const struct page_incident *item;
    bool in_full;
};

static const struct facts *
facts_of(const struct fact_context *context)
{
    return &context->item->incident.facts;
}

static bool
is_over(const struct fact_context *context)
{
    return page_is_over(context->item);
}

static void
put_time(const struct fact_context *context, int64_t time_ms, struct buffer *out)
{
    page_time(context->locale, time_ms, context->in_full, out);
}

static void
put_unknown(const struct fact_context *context, const char *key, struct buffer *out)
{
    markup_text(out, page_phrase(context->locale, key));
}

static bool
put_places(const struct fact_context *context, struct buffer *out)
{
    const struct facts *facts = facts_of(context);

    if (!context->in_full || !facts_has(facts, FIELD_PLACES))
        return false;
    for (size_t i = 0; i < facts->n_places; i++) {
        if (i > 0)
            buffer_add(out, "<br>");
        markup_text(out, facts->places[i].name);
    }
    return facts->n_places > 0;
}

/* "fredag 29 januari kl. 09.00–12.00", or with both days. */
static void
put_period(const struct fact_context *context, const struct planned *planned,
           struct buffer *out)
{
    const struct page_locale *locale = context->locale;
    char *clock;

    page_time(locale, planned->from_ms, true, out);
    buffer_add(out, " – ");
    if (!local_same_day(planned->from_ms, planned->to_ms)) {
        page_time(locale, planned->to_ms, true, out);
        return;
    }
    clock = local_clock_text(locale->catalogue, planned->to_ms);
    markup_time(out, planned->to_ms, clock);
    free(clock);
}

static bool
put_planned(const struct fact_context *context, struct buffer *out)
{
    const struct facts *facts = facts_of(context);
    const char *work;

    if (!facts_has(facts, FIELD_PLANNED))
        return false;
    put_period(context, &facts->planned, out);
    work = localized_find(&facts->planned.work,
                          catalogue_language(context->locale->catalogue));
    if (work != NULL)
        markup_element(out, "div", work);
    return true;
}

static bool
put_started(const struct fact_context *context, struct buffer *out)
{
    const struct facts *facts = facts_of(context);

    if (facts_has(facts, FIELD_STARTED_AT)) {
        put_time(context, facts->started_at_ms, out);
        return true;
    }
    if (!status_is_open(page_status_of(context->item)))
        return false;
    put_unknown(context, "page.start_unknown", out);
    return true;
}

static bool
put_ended(const struct fact_context *context, struct buffer *out)
{
    int64_t ended_at_ms = page_ended_at(context->item);

    if (ended_at_ms == TIME_NONE)
        return false;
    put_time(context, ended_at_ms, out);
    return true;
}

static void
put_estimate_notes(const struct fact_context *context, const struct etr *etr,
                   struct buffer *out)
{
    const char *reason =
        localized_find(&etr->reason, catalogue_language(context->locale->catalogue));

    if (etr->basis != ETR_BASIS_NONE)
        markup_element(
            out, "small",
            page_value(context->locale, "basis", &etr_basis_names, (int)etr->basis));
    if (etr->at_ms < context->locale->view->input->now_ms)
        markup_element(out, "small", page_phrase(context->locale, "page.etr_passed"));
    if (reason != NULL && context->in_full)
        markup_element(out, "div", reason);
}

/* An estimate is a promise: it carries its basis, and once passed it says so. */
static bool
put_estimate(const struct fact_context *context, struct buffer *out)
{
    const struct facts *facts = facts_of(context);

    if (!status_is_open(page_status_of(context->item)))
        return false;
    if (!facts_has(facts, FIELD_ETR)) {
        put_unknown(context, "page.time_unknown", out);
        return true;
    }
    buffer_add(out, "<b>");
    put_time(context, facts->etr.at_ms, out);
    buffer_add(out, "</b>");
    put_estimate_notes(context, &facts->etr, out);
    return true;
}

static bool
put_customers(const struct fact_context *context, struct buffer *out)
{
    const struct facts *facts = facts_of(context);
    const struct page_locale *locale = context->locale;
    int64_t restored =
        facts_has(facts, FIELD_CUSTOMERS_RESTORED) ? facts->customers_restored : 0;
    char *text;

    if (!facts_has(facts, FIELD_CUSTOMERS_AFFECTED))
        return false;
    text = catalogue_plural(locale->catalogue, "customers", facts->customers_affected);
    markup_text(out, text);
    free(text);
    if (restored > 0 && page_status_of(context->item) == INCIDENT_PARTLY_RESTORED) {
        text = catalogue_plural(locale->catalogue, "page.n_back", restored);
        buffer_add(out, ", ");
        markup_text(out, text);
        free(text);
    }
    return true;
}

static bool
put_cause(const struct fact_context *context, struct buffer *out)
{
    const struct facts *facts = facts_of(context);
    const char *text;

    if (!facts_has(facts, FIELD_CAUSE) || facts->cause.code == CAUSE_UNKNOWN) {
        if (!status_is_open(page_status_of(context->item)))
            return false;
        put_unknown(context, "page.cause_unknown", out);
        return true;
    }
    text = localized_find(&facts->cause.text,
                          catalogue_language(context->locale->catalogue));
    markup_text(out, text != NULL ? text
                                  : page_value(context->locale, "cause", &cause_names,
                                               (int)facts->cause.code));
    return true;
}

static bool
put_crew(const struct fact_context *context, struct buffer *out)
{
    const struct facts *facts = facts_of(context);

    if (!facts_has(facts, FIELD_CREW) || is_over(context))
        return false;
    markup_text(out,
                page_value(context->locale, "crew", &crew_names, (int)facts->crew));
    return true;
}

static bool
put_next_word(const struct fact_context *context, struct buffer *out)
{
    const struct message *latest = &context->item->latest;

    if (latest->row == 0 || latest->next_word_at_ms == TIME_NONE || is_over(context))
        return false;
    put_time(context, latest->next_word_at_ms, out);
    return true;
}

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

/* Stands on incident pages only: the index shows the other incident instead. */
static bool
put_part_of(const struct fact_context *context, struct buffer *out)
{
    const char *id = context->item->merged_into_id;
    char *href, *name;

    if (id == NULL || !context->in_full)
        return false;
    href = string_format("%s.html", id);
    name = name_of_other(context->locale, id);
    markup_link(out, href, name);
    free(name);
    free(href);
    return true;
}

static const struct {
    const char *label;
    bool (*put)(const struct fact_context *context, struct buffer *out);
} rows[] = {
    { "page.part_of", put_part_of },     { "page.place", put_places },
    { "page.planned", put_planned },     { "page.etr", put_estimate },
    { "page.started", put_started },     { "page.ended", put_ended },
    { "page.customers", put_customers }, { "page.cause", put_cause },
    { "page.crew", put_crew },           { "page.next_word", put_next_word },
};

void
page_facts(const struct page_locale *locale, const struct page_incident *item,
           bool in_full, struct buffer *out)
{
    const struct fact_context context = { locale, item, in_full };
    struct buffer value = { 0 };

    buffer_add(out, "<dl>\n");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        buffer_reset(&value);
        if (!rows[i].put(&context, &value))
            continue;
        buffer_add(out, "<div>");
        markup_element(out, "dt", page_phrase(locale, rows[i].label));
        buffer_add(out, "<dd>");
        buffer_append(out, value.data, value.len);
        buffer_add(out, "</dd></div>\n");
    }
    buffer_add(out, "</dl>\n");
    buffer_clear(&value);
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
