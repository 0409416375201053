/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The table of facts in an e-mail: one row of this file's table for each.
 */
#include "channel/email_facts.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "text/local_time.h"

#include <stdlib.h>

enum {
    MAX_PLACES = 20, /* named one by one; the page has them all */
};

struct fact_context {
    const struct catalogue *catalogue;
    const struct message *message;
    const struct facts *facts;
    const char *page_url;
    int64_t now_ms;
    bool is_open, is_over;
};

const char *
email_phrase(const struct catalogue *catalogue, const char *key, const char *otherwise)
{
    const char *phrase = catalogue_phrase(catalogue, key);
    return phrase == NULL ? otherwise : phrase;
}

const char *
email_value(const struct catalogue *catalogue, const char *family,
            const struct names *names, int value)
{
    const char *name = name_of(names, value);
    char *key = string_format("%s.%s", family, name);
    const char *phrase = email_phrase(catalogue, key, name);
    free(key);
    return phrase;
}

/* Adds text, which is freed; NULL adds nothing. */
static void
put_take(struct buffer *out, char *text_take)
{
    buffer_add(out, text_take);
    free(text_take);
}

static void
put_time(const struct fact_context *context, int64_t time_ms, struct buffer *out)
{
    put_take(out, local_time_text(context->catalogue, time_ms, context->now_ms));
}

static void
put_kind(const struct fact_context *context, struct buffer *out)
{
    buffer_add(out, email_value(context->catalogue, "kind", &kind_names,
                                (int)context->facts->kind));
}

static void
put_places(const struct fact_context *context, struct buffer *out)
{
    char *places = text_places(context->catalogue, context->facts, MAX_PLACES);
    if (places == NULL)
        buffer_add(out,
                   email_phrase(context->catalogue, "page.place_unknown", "not known"));
    put_take(out, places);
}

static void
put_status(const struct fact_context *context, struct buffer *out)
{
    buffer_add(out, email_value(context->catalogue, "status", &status_names,
                                (int)context->facts->status));
}

/* The words of the sender in the catalogue's language, as a sentence of their own. */
static void
put_words(const struct fact_context *context, const struct localized *words,
          struct buffer *out)
{
    const char *text = localized_find(words, catalogue_language(context->catalogue));
    if (text != NULL)
        buffer_addf(out, "%s%s", out->len > 0 ? ". " : "", text);
}

static void
put_planned(const struct fact_context *context, struct buffer *out)
{
    if (!facts_has(context->facts, FIELD_PLANNED))
        return;
    put_time(context, context->facts->planned.from_ms, out);
    buffer_add(out, " – ");
    put_time(context, context->facts->planned.to_ms, out);
    put_words(context, &context->facts->planned.work, out);
}

static void
put_started(const struct fact_context *context, struct buffer *out)
{
    if (facts_has(context->facts, FIELD_STARTED_AT))
        put_time(context, context->facts->started_at_ms, out);
}

static void
put_ended(const struct fact_context *context, struct buffer *out)
{
    if (context->is_over && facts_has(context->facts, FIELD_ENDED_AT))
        put_time(context, context->facts->ended_at_ms, out);
}

/* An estimate is read as a promise: it carries its basis and the reason of a change. */
static void
put_etr(const struct fact_context *context, struct buffer *out)
{
    const struct etr *etr = &context->facts->etr;
    if (!context->is_open)
        return;
    if (!facts_has(context->facts, FIELD_ETR)) {
        buffer_add(out, email_phrase(context->catalogue, "page.time_unknown",
                                     "not known yet"));
        return;
    }
    put_time(context, etr->at_ms, out);
    if (etr->basis != ETR_BASIS_NONE)
        buffer_addf(out, ". %s",
                    email_value(context->catalogue, "basis", &etr_basis_names,
                                (int)etr->basis));
    put_words(context, &etr->reason, out);
}

static void
put_customers(const struct fact_context *context, struct buffer *out)
{
    const struct facts *facts = context->facts;
    if (!facts_has(facts, FIELD_CUSTOMERS_AFFECTED))
        return;
    put_take(out, catalogue_plural(context->catalogue, "customers",
                                   facts->customers_affected));
    /* Said only where the catalogue has words for it; the text above says it too. */
    if (facts_has(facts, FIELD_CUSTOMERS_RESTORED) &&
        facts->status == INCIDENT_PARTLY_RESTORED &&
        catalogue_phrase(context->catalogue, "page.n_back.other") != NULL) {
        buffer_add(out, ", ");
        put_take(out, catalogue_plural(context->catalogue, "page.n_back",
                                       facts->customers_restored));
    }
}

static void
put_cause(const struct fact_context *context, struct buffer *out)
{
    const struct facts *facts = context->facts;
    bool is_known = facts_has(facts, FIELD_CAUSE) && facts->cause.code != CAUSE_UNKNOWN;
    if (is_known)
        put_words(context, &facts->cause.text, out);
    if (is_known && out->len == 0)
        buffer_add(out, email_value(context->catalogue, "cause", &cause_names,
                                    (int)facts->cause.code));
    if (!is_known && context->is_open)
        buffer_add(out, email_phrase(context->catalogue, "page.cause_unknown",
                                     "not known yet"));
}

static void
put_crew(const struct fact_context *context, struct buffer *out)
{
    if (!context->is_over && facts_has(context->facts, FIELD_CREW))
        buffer_add(out, email_value(context->catalogue, "crew", &crew_names,
                                    (int)context->facts->crew));
}

static void
put_part_of(const struct fact_context *context, struct buffer *out)
{
    if (context->message->merged_into_id[0] != '\0' && context->page_url != NULL)
        buffer_addf(out, "%s/incident/%s.html", context->page_url,
                    context->message->merged_into_id);
}

static void
put_next_word(const struct fact_context *context, struct buffer *out)
{
    if (context->message->next_word_at_ms != TIME_NONE)
        put_time(context, context->message->next_word_at_ms, out);
}

/* A row that puts nothing is left out. */
static const struct {
    const char *label_key, *label; /* the catalogue's phrase, and what stands in */
    void (*put)(const struct fact_context *context, struct buffer *out);
} rows[] = {
    { "page.kind", "What", put_kind },
    { "page.place", "Where", put_places },
    { "page.status", "Status", put_status },
    { "page.planned", "Planned", put_planned },
    { "page.started", "Since", put_started },
    { "page.ended", "Ended", put_ended },
    { "page.etr", "Expected back", put_etr },
    { "page.customers", "Customers", put_customers },
    { "page.cause", "Cause", put_cause },
    { "page.crew", "Crew", put_crew },
    { "page.part_of", "Part of", put_part_of },
    { "page.next_word", "Next word by", put_next_word },
};

void
email_facts(const struct delivery_input *input, const struct catalogue *catalogue,
            struct strings *labels, struct strings *values)
{
    const struct facts *facts = &input->message->facts;
    const struct fact_context context = {
        .catalogue = catalogue,
        .message = input->message,
        .facts = facts,
        .page_url = input->page_url,
        .now_ms = input->now_ms,
        .is_open = status_is_open(facts->status),
        .is_over =
            facts->status == INCIDENT_RESTORED || facts->status == INCIDENT_CANCELLED,
    };
    struct buffer value = { 0 };
    strings_clear(labels);
    strings_clear(values);
    if (notice_is_alarm(input->message->notice) ||
        notice_is_summary(input->message->notice))
        return; /* its text has all of it */
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        buffer_reset(&value);
        rows[i].put(&context, &value);
        if (value.len == 0)
            continue;
        strings_add(labels, email_phrase(catalogue, rows[i].label_key, rows[i].label));
        strings_take(values, utf8_strip_format(value.data));
    }
    buffer_clear(&value);
}
