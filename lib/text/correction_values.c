/* SPDX-License-Identifier: EUPL-1.2 */
/* What was said wrong and what is right, one sentence for each field. */
#include "text/correction_values.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "text/advice.h"
#include "text/fill.h"
#include "text/local_time.h"
#include "text/places.h"
#include "text/shorten.h"

#include <stdlib.h>

enum {
    MISTAKES_IN_SHORT = 2, /* told one by one where there is little room */
    PLACES_IN_FULL = 4
};

/* What the functions below are given. */
struct wording {
    const struct catalogue *catalogue;
    const struct compose_context *context;
    struct value_style style;
    const char *kind; /* whose forms the status is told in */
};

/* Each gives the value of one field of the facts in words; NULL: nothing to say. The
 * caller frees. */
typedef char *wording_port(const struct wording *wording, const struct facts *facts);

static struct local_style
time_style(const struct wording *wording)
{
    return (struct local_style){ wording->context->now_ms, wording->style.short_names };
}

static char *
at(const struct wording *wording, int64_t time_ms)
{
    return local_time_at_styled(wording->catalogue, time_ms, time_style(wording));
}

static char *
own_words(const struct wording *wording, const struct localized *text)
{
    char *line =
        single_line(localized_find(text, catalogue_language(wording->catalogue)));
    char *words = line == NULL ? NULL : shorten(line, wording->style.text_septets);

    free(line);
    return words;
}

static char *
phrase_of(const struct wording *wording, const char *family, const char *name)
{
    char *key = string_format("%s.%s", family, name);
    char *phrase = string_copy(catalogue_phrase(wording->catalogue, key));

    free(key);
    return phrase;
}

static char *
say_kind(const struct wording *wording, const struct facts *facts)
{
    return phrase_of(wording, "kind", name_of(&kind_names, (int)facts->kind));
}

static char *
say_status_of(const struct wording *wording, enum incident_status status)
{
    static const char *const forms[INCIDENT_STATUS_COUNT] = {
        [INCIDENT_PLANNED] = "turn_off", [INCIDENT_SUSPECTED] = "maybe",
        [INCIDENT_CONFIRMED] = "off",    [INCIDENT_PARTLY_RESTORED] = "partly",
        [INCIDENT_RESTORED] = "back",    [INCIDENT_CANCELLED] = "not_off",
    };
    char *family = string_format("kind.%s", wording->kind);
    char *words = phrase_of(wording, family, forms[status]);

    free(family);
    return words;
}

static char *
say_status(const struct wording *wording, const struct facts *facts)
{
    return say_status_of(wording, facts->status);
}

static char *
say_places(const struct wording *wording, const struct facts *facts)
{
    struct strings names = { 0 };
    size_t named;
    char *list;

    place_names(facts, &names);
    list = place_list(wording->catalogue, &names,
                      wording->style.short_form ? wording->style.max_named
                                                : PLACES_IN_FULL,
                      wording->style.name_septets, &named);
    strings_clear(&names);
    return list;
}

static char *
say_customers(const struct wording *wording, const struct facts *facts)
{
    return catalogue_plural(wording->catalogue, "customers", facts->customers_affected);
}

static char *
say_started(const struct wording *wording, const struct facts *facts)
{
    return at(wording, facts->started_at_ms);
}

static char *
say_ended(const struct wording *wording, const struct facts *facts)
{
    return at(wording, facts->ended_at_ms);
}

static char *
say_etr(const struct wording *wording, const struct facts *facts)
{
    return at(wording, facts->etr.at_ms);
}

static char *
say_planned(const struct wording *wording, const struct facts *facts)
{
    return local_period_styled(wording->catalogue, facts->planned.from_ms,
                               facts->planned.to_ms, time_style(wording));
}

static char *
say_cause(const struct wording *wording, const struct facts *facts)
{
    char *words = own_words(wording, &facts->cause.text);

    if (words == NULL && facts->cause.code != CAUSE_OTHER &&
        facts->cause.code != CAUSE_UNKNOWN) {
        words =
            phrase_of(wording, "cause", name_of(&cause_names, (int)facts->cause.code));
    }
    return words;
}

/* The keys that the catalogue knows, in full or in their short form. */
static char *
say_advice(const struct wording *wording, const struct facts *facts)
{
    char *first =
        advice_said_first(wording->catalogue, facts, wording->style.short_form);
    char *later =
        advice_said_later(wording->catalogue, facts, wording->style.short_form);
    char *words;

    if (first == NULL || later == NULL) {
        return first != NULL ? first : later;
    }
    words = string_format("%s %s", first, later);
    free(first);
    free(later);
    return words;
}

static char *
say_note(const struct wording *wording, const struct facts *facts)
{
    return own_words(wording, &facts->note);
}

/* In the order of what people must know first. */
static const struct {
    enum event_field field;
    wording_port *say;
} fields[] = {
    { FIELD_STATUS, say_status },      { FIELD_ADVICE, say_advice },
    { FIELD_KIND, say_kind },          { FIELD_PLACES, say_places },
    { FIELD_PLANNED, say_planned },    { FIELD_ETR, say_etr },
    { FIELD_STARTED_AT, say_started }, { FIELD_ENDED_AT, say_ended },
    { FIELD_CAUSE, say_cause },        { FIELD_CUSTOMERS_AFFECTED, say_customers },
    { FIELD_NOTE, say_note },
};

/* The field's own sentence, or (nothing is right in its place) the one for that. */
static char *
sentence_for(const struct wording *wording, enum event_field field, const char *was,
             const char *now)
{
    char *key = string_format("correction.%s%s", name_of(&field_names, (int)field),
                              now == NULL ? ".gone" : "");
    const char *phrase = catalogue_phrase(wording->catalogue, key);
    const struct fill values[] = { { "was", was }, { "now", now } };

    if (phrase == NULL) {
        phrase = catalogue_phrase(
            wording->catalogue, now == NULL ? "correction.any.gone" : "correction.any");
    }
    free(key);
    return fill_phrase(phrase, values, now == NULL ? 1 : 2);
}

/* A sentence ends once, whatever its last value ends with. */
static void
add_sentence(struct buffer *out, const char *sentence)
{
    buffer_add(out, out->len > 0 ? " " : "");
    for (const char *p = sentence; *p != '\0'; p++) {
        if (*p == '.' && out->len > 0 && out->data[out->len - 1] == '.') {
            continue;
        }
        buffer_add_char(out, *p);
    }
}

static bool
say_field(const struct wording *wording, const struct message *message, size_t i,
          struct buffer *out)
{
    const struct correction *correction = &message->correction;
    enum event_field field = fields[i].field;
    char *was, *now, *sentence;

    if ((correction->wrong & FIELD_BIT(field)) == 0) {
        return false;
    }
    was = fields[i].say(wording, &correction->was);
    now = facts_has(&message->facts, field) ? fields[i].say(wording, &message->facts)
                                            : NULL;
    if (was != NULL) {
        sentence = sentence_for(wording, field, was, now);
        add_sentence(out, sentence);
        free(sentence);
    }
    free(was);
    free(now);
    return true;
}

/* All of them in the long text; in the short one the first, and that there is more. */
static char *
mistakes(const struct wording *wording, const struct message *message)
{
    size_t most = wording->style.max_named < MISTAKES_IN_SHORT
                      ? wording->style.max_named
                      : MISTAKES_IN_SHORT;
    struct buffer out = { 0 };
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_COUNT(fields); i++) {
        bool is_wrong = (message->correction.wrong & FIELD_BIT(fields[i].field)) != 0;

        if (is_wrong && wording->style.short_form && n == most) {
            add_sentence(&out, catalogue_phrase(wording->catalogue, "correction.more"));
            break;
        }
        n += say_field(wording, message, i, &out) ? 1 : 0;
    }
    return out.len > 0 ? buffer_take(&out) : NULL;
}

/* The time of planned work goes with what will be; once is enough. */
static void
keep_period(const struct message *message, struct slot_values *values)
{
    if (message->facts.status != INCIDENT_PLANNED ||
        (message->correction.wrong & FIELD_BIT(FIELD_PLANNED)) != 0) {
        slot_values_set(values, SLOT_PERIOD, NULL);
    }
}

void
correction_values_fill(const struct catalogue *catalogue, const struct message *message,
                       const struct compose_context *context, struct value_style style,
                       struct slot_values *values)
{
    const struct wording wording = { catalogue, context, style, values->kind };
    const struct correction *correction = &message->correction;

    if (correction->said_at_ms != 0) {
        slot_values_set(values, SLOT_SAID_AT, at(&wording, correction->said_at_ms));
    }
    if (correction->reason.texts.count > 0) {
        slot_values_set(values, SLOT_WHY, own_words(&wording, &correction->reason));
    }
    if (message->notice == NOTICE_CORRECTION) {
        slot_values_set(values, SLOT_MISTAKE, mistakes(&wording, message));
        slot_values_set(values, SLOT_RIGHT_STATE,
                        say_status_of(&wording, message->facts.status));
        keep_period(message, values);
    }
}
