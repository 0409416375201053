/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fills in the values of the slots from a summary.
 */
#include "text/summary_values.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "text/advice.h"
#include "text/fill.h"
#include "text/local_time.h"
#include "text/places.h"
#include "text/shorten.h"

#include <stdlib.h>

enum {
    LARGEST_NAMED = 3,
    /* By name in the long text; all there are stand behind it by themselves. */
    LONG_NAMED = 6
};

/* What the groups below are given. */
struct filling {
    const struct catalogue *catalogue;
    const struct message *message;
    const struct summary *summary;
    const struct compose_context *context;
    struct value_style style;
    struct slot_values *values;
};

/* Takes over value, which may be NULL. */
static void
set(const struct filling *filling, enum slot slot, char *value)
{
    slot_values_set(filling->values, slot, value);
}

static void
set_flag(const struct filling *filling, enum slot slot, bool on)
{
    slot_values_set_flag(filling->values, slot, on);
}

static void
set_count(const struct filling *filling, enum slot slot, const char *key, int64_t n)
{
    set(filling, slot, n > 0 ? catalogue_plural(filling->catalogue, key, n) : NULL);
}

/* "Oakland", "Oakland (3)", "Oakland (tillbaka)". Caller frees. */
static char *
place_text(const struct filling *filling, const struct summary_place *place)
{
    const struct catalogue *catalogue = filling->catalogue;
    char *line = single_line(place->name);
    char *name = line != NULL
                     ? shorten(line, filling->style.name_septets)
                     : string_copy(catalogue_phrase(catalogue, "storm.place_unknown"));
    char *number = catalogue_number(catalogue, place->incidents);
    const struct fill fills[] = { { "place", name }, { "n", number } };
    /* A further one is there for the names alone. */
    bool bare =
        place->incidents == 1 || (filling->summary->is_further &&
                                  filling->style.short_form && place->incidents > 1);
    const char *key = place->incidents == 0 ? "storm.place_over" : "storm.place";
    char *text =
        bare ? string_copy(name)
             : fill_phrase(catalogue_phrase(catalogue, key), fills, ARRAY_COUNT(fills));

    free(line);
    free(name);
    free(number);
    return text;
}

/* The first of them by name, and how many more; NULL without places. */
static char *
places_text(const struct filling *filling, size_t max_named)
{
    const struct summary *summary = filling->summary;
    /* Of a place that is only counted, and longer than to count it. */
    static const char counted[] = "----------------------------------------";
    struct strings names = { 0 };
    size_t named;
    char *list;

    for (size_t i = 0; i < summary->n_places; i++) {
        strings_take(&names, i <= max_named ? place_text(filling, &summary->places[i])
                                            : string_copy(counted));
    }
    for (int64_t i = 0; i < summary->n_more && names.count > 0; i++) {
        strings_add(&names, counted);
    }
    list = place_list(filling->catalogue, &names, max_named, 0, &named);
    strings_clear(&names);
    return list;
}

static void
fill_places(const struct filling *filling)
{
    const struct summary *summary = filling->summary;
    bool is_long = !filling->style.short_form;
    size_t max_named = is_long ? LONG_NAMED : filling->style.max_named;
    char *list = places_text(filling, max_named);

    if (list != NULL) {
        const struct fill fills[] = { { "places", list } };

        set(filling, SLOT_IN_PLACES,
            fill_phrase(catalogue_phrase(filling->catalogue, "places.in"), fills, 1));
    }
    /* Where nothing is out of order there is no place to name. */
    set_flag(filling, SLOT_FLAG_PLACE, list != NULL || summary->open == 0);
    set(filling, SLOT_PLACES, list);
    if (is_long && summary->n_places > max_named) {
        set(filling, SLOT_ALL_PLACES, places_text(filling, summary->n_places));
    }
}

/* The place with most customers without, of those with fewer than so many; NULL. */
static const struct summary_place *
largest_below(const struct summary *summary, int64_t below)
{
    const struct summary_place *most = NULL;

    for (size_t i = 0; i < summary->n_places; i++) {
        const struct summary_place *place = &summary->places[i];
        bool counts = place->incidents > 0 && place->name[0] != '\0' &&
                      place->customers > 0 && place->customers < below;

        if (counts && (most == NULL || place->customers > most->customers)) {
            most = place;
        }
    }
    return most;
}

/* Where most customers are without: their places and numbers. */
static void
fill_largest(const struct filling *filling)
{
    const struct summary_place *place = largest_below(filling->summary, INT64_MAX);
    struct buffer out = { 0 };

    for (int n = 0; n < LARGEST_NAMED && place != NULL; n++) {
        char *number =
            catalogue_plural(filling->catalogue, "customers", place->customers);
        char *name = single_line(place->name);

        buffer_addf(&out, "%s%s (%s)", out.len > 0 ? ", " : "",
                    name == NULL ? "" : name, number);
        place = largest_below(filling->summary, place->customers);
        free(name);
        free(number);
    }
    set(filling, SLOT_LARGEST, out.len > 0 ? buffer_take(&out) : NULL);
}

static void
fill_counts(const struct filling *filling)
{
    const struct summary *summary = filling->summary;

    set_count(filling, SLOT_INCIDENTS, "storm.incidents", summary->open);
    set_count(filling, SLOT_CUSTOMERS, "customers", summary->customers);
    set_count(filling, SLOT_NEW_INCIDENTS, "storm.new", summary->fresh);
    set_count(filling, SLOT_ENDED_INCIDENTS, "storm.ended", summary->ended);
    set_count(filling, SLOT_EVERY, "storm.minutes", summary->every_ms / MINUTES_MS);
    set_flag(filling, SLOT_FLAG_FURTHER, summary->is_further);
}

static void
fill_times(const struct filling *filling)
{
    const struct message *message = filling->message;
    const struct local_style times = { filling->context->now_ms,
                                       filling->style.short_names };

    set(filling, SLOT_WRITTEN,
        local_time_at_styled(filling->catalogue, message->written_at_ms, times));
    set_flag(filling, SLOT_FLAG_LATE, filling->style.say_written);
    set(filling, SLOT_START,
        local_time_styled(filling->catalogue, filling->summary->since_ms, times));
    /* A promise whose time is over when the text is read is not made again. */
    if (message->next_word_at_ms != TIME_NONE &&
        message->next_word_at_ms > filling->context->now_ms) {
        set(filling, SLOT_NEXT,
            local_time_styled(filling->catalogue, message->next_word_at_ms, times));
    }
}

static void
fill_sender(const struct filling *filling)
{
    const struct compose_context *context = filling->context;
    const struct facts *facts = &filling->message->facts;
    char *organisation = single_line(context->organisation);

    set(filling, SLOT_ORG,
        organisation == NULL ? NULL
                             : shorten(organisation, filling->style.org_septets));
    free(organisation);
    set(filling, SLOT_CONTACT, single_line(context->contact));
    set(filling, SLOT_URL, single_line(context->page_url));
    set_flag(filling, SLOT_FLAG_REPLY,
             context->reply_to != NULL && context->reply_to[0] != '\0');
    if (facts_has(facts, FIELD_MODE)) {
        set_flag(filling, SLOT_FLAG_EXERCISE, facts->mode == MODE_EXERCISE);
        set_flag(filling, SLOT_FLAG_TEST, facts->mode == MODE_TEST);
    }
    set(filling, SLOT_ADVICE,
        advice_said_later(filling->catalogue, facts, filling->style.short_form));
}

void
summary_values_fill(const struct catalogue *catalogue, const struct message *message,
                    const struct compose_context *context, struct value_style style,
                    struct slot_values *values)
{
    const struct filling filling = {
        .catalogue = catalogue,
        .message = message,
        .summary = &message->summary,
        .context = context,
        .style = style,
        .values = values,
    };

    fill_sender(&filling);
    fill_counts(&filling);
    fill_places(&filling);
    fill_largest(&filling);
    fill_times(&filling);
}
