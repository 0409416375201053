/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The facts that CAP has no element for, as parameters: one row for each field of the
 * event format. They are what every channel may show; the premises are not among them.
 */
#include "channel/cap.h"

#include "base/memory.h"
#include "text/local_time.h"

#include <stdlib.h>
#include <string.h>

struct putting {
    const struct message *message;
    const char *merged_into_id;
    const char *language;
    struct buffer *out;
};

static void
put(const struct putting *putting, const char *name, const char *value)
{
    char *whole = string_format("%s%s", CAP_OWN_PREFIX, name);

    cap_element_value(putting->out, "parameter", whole, value);
    free(whole);
}

static void
put_time(const struct putting *putting, const char *name, int64_t time_ms)
{
    char stamp[TIMESTAMP_SIZE];

    put(putting, name, local_timestamp(time_ms, stamp));
}

static void
put_integer(const struct putting *putting, const char *name, int64_t number)
{
    char *text = string_format("%lld", (long long)number);

    put(putting, name, text);
    free(text);
}

/* In the language, or for every language; what is there in others only stands there. */
static void
put_text(const struct putting *putting, const char *name, const struct localized *text)
{
    for (size_t i = 0; i < text->texts.count; i++) {
        const char *language = text->languages.items[i];

        if (language[0] == '\0' || strcmp(language, putting->language) == 0) {
            put(putting, name, text->texts.items[i]);
            return;
        }
    }
}

static void
put_names(const struct putting *putting)
{
    const struct facts *facts = &putting->message->facts;

    put(putting, "kind", name_of(&kind_names, (int)facts->kind));
    put(putting, "status", name_of(&status_names, (int)facts->status));
    if (facts_has(facts, FIELD_CREW))
        put(putting, "crew", name_of(&crew_names, (int)facts->crew));
}

static void
put_numbers(const struct putting *putting)
{
    const struct facts *facts = &putting->message->facts;

    if (facts_has(facts, FIELD_CUSTOMERS_AFFECTED))
        put_integer(putting, "customers_affected", facts->customers_affected);
    if (facts_has(facts, FIELD_CUSTOMERS_RESTORED))
        put_integer(putting, "customers_restored", facts->customers_restored);
    if (facts_has(facts, FIELD_STARTED_AT))
        put_time(putting, "started_at", facts->started_at_ms);
    if (facts_has(facts, FIELD_ENDED_AT))
        put_time(putting, "ended_at", facts->ended_at_ms);
    if (facts_has(facts, FIELD_NEXT_WORD_AT))
        put_time(putting, "next_word_at", facts->next_word_at_ms);
}

static void
put_estimate(const struct putting *putting)
{
    const struct facts *facts = &putting->message->facts;

    if (facts_has(facts, FIELD_ETR)) {
        put_time(putting, "etr", facts->etr.at_ms);
        if (facts->etr.basis != ETR_BASIS_NONE)
            put(putting, "etr_basis", name_of(&etr_basis_names, (int)facts->etr.basis));
        put_text(putting, "etr_reason", &facts->etr.reason);
    }
    if (facts_has(facts, FIELD_PLANNED)) {
        put_time(putting, "planned_from", facts->planned.from_ms);
        put_time(putting, "planned_to", facts->planned.to_ms);
        put_text(putting, "planned_work", &facts->planned.work);
    }
}

static void
put_advice(const struct putting *putting)
{
    const struct strings *advice = &putting->message->facts.advice;
    struct buffer keys = { 0 };

    for (size_t i = 0; i < advice->count; i++)
        buffer_addf(&keys, "%s%s", i > 0 ? " " : "", advice->items[i]);
    put(putting, "advice", keys.data);
    buffer_clear(&keys);
}

static void
put_words(const struct putting *putting)
{
    const struct facts *facts = &putting->message->facts;

    if (facts_has(facts, FIELD_CAUSE)) {
        put(putting, "cause", name_of(&cause_names, (int)facts->cause.code));
        put_text(putting, "cause_text", &facts->cause.text);
    }
    if (facts_has(facts, FIELD_ADVICE))
        put_advice(putting);
    if (facts_has(facts, FIELD_NOTE))
        put_text(putting, "note", &facts->note);
}

/* By the number that incidents have in <incidents>, not by the sender's own. */
static void
put_whole(const struct putting *putting)
{
    const struct message *message = putting->message;

    if (!facts_has(&message->facts, FIELD_MERGE_INTO))
        return;
    put(putting, "merge_into",
        message->merged_into_id[0] != '\0' ? message->merged_into_id
                                           : putting->merged_into_id);
}

void
cap_write_parameters(const struct cap_story *story, const char *language,
                     struct buffer *out)
{
    const struct putting putting = { .message = &story->messages[0],
                                     .merged_into_id = story->merged_into_id,
                                     .language = language,
                                     .out = out };

    put_names(&putting);
    put_numbers(&putting);
    put_estimate(&putting);
    put_words(&putting);
    put_whole(&putting);
}
