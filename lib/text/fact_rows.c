/* SPDX-License-Identifier: EUPL-1.2 */
/* One function for each fact; one that adds no part makes no row. */
#include "text/fact_rows.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "text/compose.h"
#include "text/local_time.h"

#include <stdlib.h>

enum {
    MAX_IN_A_ROW = 20, /* places by name; the page has them all */
    ANOTHER_DAY_MS = 36 * HOURS_MS
};

/* A row in the making. */
struct writing {
    const struct fact_view *view;
    struct fact_row *row;
};

void
fact_rows_clear(struct fact_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        for (size_t j = 0; j < rows->items[i].n_parts; j++) {
            free(rows->items[i].parts[j].text);
        }
        free(rows->items[i].parts);
    }
    free(rows->items);
    *rows = (struct fact_rows){ 0 };
}

/* Takes over text; NULL adds nothing. */
static struct fact_part *
add(const struct writing *writing, enum fact_part_kind kind, char *text_take)
{
    struct fact_row *row = writing->row;

    if (text_take == NULL) {
        return NULL;
    }
    row->parts = memory_grow(row->parts, row->n_parts, sizeof(*row->parts));
    row->parts[row->n_parts] =
        (struct fact_part){ .kind = kind, .text = text_take, .time_ms = TIME_NONE };
    return &row->parts[row->n_parts++];
}

static void
add_phrase(const struct writing *writing, enum fact_part_kind kind, const char *key)
{
    add(writing, kind, string_copy(catalogue_phrase(writing->view->catalogue, key)));
}

/* The phrase "family.name" for a value of ours. */
static void
add_value(const struct writing *writing, enum fact_part_kind kind, const char *family,
          const struct names *names, int value)
{
    char *key = string_format("%s.%s", family, name_of(names, value));

    add_phrase(writing, kind, key);
    free(key);
}

/* The sender's words in the catalogue's language. */
static void
add_words(const struct writing *writing, enum fact_part_kind kind,
          const struct localized *words)
{
    const char *text =
        localized_find(words, catalogue_language(writing->view->catalogue));

    add(writing, kind, string_copy(text));
}

static void
add_time_as(const struct writing *writing, int64_t time_ms, char *text_take)
{
    struct fact_part *part = add(writing, FACT_TIME, text_take);

    if (part != NULL) {
        part->time_ms = time_ms;
    }
}

/* What is not written again tomorrow must name the day: the time is asked for as seen
 * from another day. */
static void
add_time_seen(const struct writing *writing, int64_t time_ms, bool with_day)
{
    const struct fact_view *view = writing->view;
    int64_t seen_from_ms = with_day ? time_ms - ANOTHER_DAY_MS : view->now_ms;

    add_time_as(writing, time_ms,
                local_time_text(view->catalogue, time_ms, seen_from_ms));
}

static void
add_time(const struct writing *writing, int64_t time_ms)
{
    add_time_seen(writing, time_ms, writing->view->with_days);
}

static bool
is_over(const struct fact_view *view)
{
    return view->status == INCIDENT_RESTORED || view->status == INCIDENT_CANCELLED;
}

static void
put_kind(const struct writing *writing)
{
    const struct fact_view *view = writing->view;

    if (view->with_head) {
        add_value(writing, FACT_WORDS, "kind", &kind_names, (int)view->facts->kind);
    }
}

static void
put_status(const struct writing *writing)
{
    const struct fact_view *view = writing->view;

    if (view->with_head) {
        add_value(writing, FACT_WORDS, "status", &status_names, (int)view->status);
    }
}

static void
put_part_of(const struct writing *writing)
{
    struct fact_part *part =
        add(writing, FACT_LINK, string_copy(writing->view->part_of));

    if (part != NULL) {
        part->href = writing->view->part_of_href;
    }
}

static void
put_each_place(const struct writing *writing, const struct facts *facts)
{
    for (size_t i = 0; facts_has(facts, FIELD_PLACES) && i < facts->n_places; i++) {
        add(writing, FACT_NAME, string_copy(facts->places[i].name));
    }
}

static void
put_places(const struct writing *writing)
{
    const struct fact_view *view = writing->view;

    switch (view->places) {
    case PLACES_LEFT_OUT:
        break;
    case PLACES_IN_A_ROW:
        add(writing, FACT_WORDS,
            text_places(view->catalogue, view->facts, MAX_IN_A_ROW));
        if (writing->row->n_parts == 0) {
            add_phrase(writing, FACT_WORDS, "page.place_unknown");
        }
        break;
    case PLACES_EACH:
        put_each_place(writing, view->facts);
        break;
    }
}

/* "fredag 29 januari kl. 09.00 – 12.00", or with both days. */
static void
put_planned(const struct writing *writing)
{
    const struct fact_view *view = writing->view;
    const struct planned *planned = &view->facts->planned;

    if (!facts_has(view->facts, FIELD_PLANNED)) {
        return;
    }
    add_time_seen(writing, planned->from_ms, true);
    add(writing, FACT_WORDS, string_copy(" – "));
    if (local_same_day(planned->from_ms, planned->to_ms)) {
        add_time_as(writing, planned->to_ms,
                    local_clock_text(view->catalogue, planned->to_ms));
    } else {
        add_time_seen(writing, planned->to_ms, true);
    }
    add_words(writing, FACT_SENTENCE, &planned->work);
}

/* An estimate is read as a promise: it carries its basis and the reason of a change, and
 * once passed it says so. */
static void
put_estimate(const struct writing *writing)
{
    const struct fact_view *view = writing->view;
    const struct etr *etr = &view->facts->etr;

    if (!status_is_open(view->status)) {
        return;
    }
    if (!facts_has(view->facts, FIELD_ETR)) {
        add_phrase(writing, FACT_WORDS, "page.time_unknown");
        return;
    }
    writing->row->is_main = true;
    add_time(writing, etr->at_ms);
    if (etr->basis != ETR_BASIS_NONE) {
        add_value(writing, FACT_REMARK, "basis", &etr_basis_names, (int)etr->basis);
    }
    if (etr->at_ms < view->now_ms) {
        add_phrase(writing, FACT_REMARK, "page.etr_passed");
    }
    if (view->with_words) {
        add_words(writing, FACT_SENTENCE, &etr->reason);
    }
}

static void
put_started(const struct writing *writing)
{
    const struct fact_view *view = writing->view;

    if (facts_has(view->facts, FIELD_STARTED_AT)) {
        add_time(writing, view->facts->started_at_ms);
    } else if (status_is_open(view->status)) {
        add_phrase(writing, FACT_WORDS, "page.start_unknown");
    }
}

static void
put_ended(const struct writing *writing)
{
    if (writing->view->ended_at_ms != TIME_NONE) {
        add_time(writing, writing->view->ended_at_ms);
    }
}

static void
put_customers(const struct writing *writing)
{
    const struct fact_view *view = writing->view;
    const struct facts *facts = view->facts;
    int64_t restored =
        facts_has(facts, FIELD_CUSTOMERS_RESTORED) ? facts->customers_restored : 0;

    if (!facts_has(facts, FIELD_CUSTOMERS_AFFECTED)) {
        return;
    }
    add(writing, FACT_WORDS,
        catalogue_plural(view->catalogue, "customers", facts->customers_affected));
    if (restored > 0 && view->status == INCIDENT_PARTLY_RESTORED) {
        add(writing, FACT_WORDS, string_copy(", "));
        add(writing, FACT_WORDS,
            catalogue_plural(view->catalogue, "page.n_back", restored));
    }
}

static void
put_cause(const struct writing *writing)
{
    const struct fact_view *view = writing->view;
    const struct facts *facts = view->facts;

    if (!facts_has(facts, FIELD_CAUSE) || facts->cause.code == CAUSE_UNKNOWN) {
        if (status_is_open(view->status)) {
            add_phrase(writing, FACT_WORDS, "page.cause_unknown");
        }
        return;
    }
    add_words(writing, FACT_WORDS, &facts->cause.text);
    if (writing->row->n_parts == 0) {
        add_value(writing, FACT_WORDS, "cause", &cause_names, (int)facts->cause.code);
    }
}

static void
put_crew(const struct writing *writing)
{
    const struct fact_view *view = writing->view;

    if (facts_has(view->facts, FIELD_CREW) && !is_over(view)) {
        add_value(writing, FACT_WORDS, "crew", &crew_names, (int)view->facts->crew);
    }
}

static void
put_next_word(const struct writing *writing)
{
    const struct fact_view *view = writing->view;

    if (view->next_word_at_ms != TIME_NONE && !is_over(view)) {
        add_time(writing, view->next_word_at_ms);
    }
}

static const struct {
    const char *label; /* the phrase */
    void (*put)(const struct writing *writing);
} facts_told[] = {
    { "page.part_of", put_part_of },     { "page.kind", put_kind },
    { "page.place", put_places },        { "page.status", put_status },
    { "page.planned", put_planned },     { "page.etr", put_estimate },
    { "page.started", put_started },     { "page.ended", put_ended },
    { "page.customers", put_customers }, { "page.cause", put_cause },
    { "page.crew", put_crew },           { "page.next_word", put_next_word },
};

void
fact_rows_fill(const struct fact_view *view, struct fact_rows *rows)
{
    fact_rows_clear(rows);
    rows->items = memory_array(ARRAY_COUNT(facts_told), sizeof(*rows->items));
    for (size_t i = 0; i < ARRAY_COUNT(facts_told); i++) {
        const struct writing writing = { view, &rows->items[rows->count] };

        writing.row->label = catalogue_phrase(view->catalogue, facts_told[i].label);
        facts_told[i].put(&writing);
        rows->count += writing.row->n_parts > 0 ? 1 : 0;
    }
}

char *
fact_row_text(const struct fact_row *row)
{
    struct buffer text = { 0 };
    char *readable;

    for (size_t i = 0; i < row->n_parts; i++) {
        enum fact_part_kind kind = row->parts[i].kind;
        bool is_sentence = kind == FACT_REMARK || kind == FACT_SENTENCE;

        if (i > 0 && (is_sentence || kind == FACT_NAME)) {
            buffer_add(&text, is_sentence ? ". " : ", ");
        }
        buffer_add(&text, row->parts[i].text);
    }
    readable = utf8_strip_format(text.data ? text.data : "");
    buffer_clear(&text);
    return readable;
}
