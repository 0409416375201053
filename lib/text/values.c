/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fills in the values of the slots from a message, one small group at a time.
 */
#include "text/values.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "model/danger.h"
#include "text/advice.h"
#include "text/alarm_values.h"
#include "text/correction_values.h"
#include "text/local_time.h"
#include "text/places.h"
#include "text/script.h"
#include "text/shorten.h"
#include "text/summary_values.h"

#include <stdlib.h>

enum {
    /* Beyond this the list of all places stands by itself in the long text. */
    MAX_PLACES_LISTED = 200,
    /* A list that names so many names one more rather than saying "1 place more". */
    MANY_NAMED = 4
};

/* What the groups below are given. */
struct filling {
    const struct catalogue *catalogue;
    const struct message *message;
    const struct facts *facts; /* of the message */
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

/* Words from outside. */
static void
set_words(const struct filling *filling, enum slot slot, const char *words,
          size_t max_septets)
{
    char *line = single_line(words);

    if (line) {
        set(filling, slot, shorten(line, max_septets));
    }
    free(line);
}

static struct local_style
time_style(const struct filling *filling)
{
    return (struct local_style){ filling->context->now_ms, filling->style.short_names };
}

static void
set_time(const struct filling *filling, enum slot slot, int64_t time_ms)
{
    set(filling, slot,
        local_time_styled(filling->catalogue, time_ms, time_style(filling)));
}

static void
set_time_at(const struct filling *filling, enum slot slot, int64_t time_ms)
{
    set(filling, slot,
        local_time_at_styled(filling->catalogue, time_ms, time_style(filling)));
}

static bool
is_time(int64_t time_ms)
{
    return time_ms != TIME_NONE && time_ms != TIME_NEVER;
}

static void
fill_sender(const struct filling *filling)
{
    const struct compose_context *context = filling->context;

    set_words(filling, SLOT_ORG, context->organisation, filling->style.org_septets);
    set_words(filling, SLOT_CONTACT, context->contact, 0);
    set_flag(filling, SLOT_FLAG_REPLY, context->reply_to && context->reply_to[0]);
    if (facts_has(filling->facts, FIELD_MODE)) {
        set_flag(filling, SLOT_FLAG_EXERCISE, filling->facts->mode == MODE_EXERCISE);
        set_flag(filling, SLOT_FLAG_TEST, filling->facts->mode == MODE_TEST);
    }
}

static char *
incident_url(const struct compose_context *context, const char *id)
{
    char *base = single_line(context->page_url);
    char *url = NULL;

    if (base && id[0] != '\0') {
        url = string_format("%s/incident/%s.html", base, id);
    }
    free(base);
    return url;
}

static void
fill_links(const struct filling *filling)
{
    set(filling, SLOT_URL,
        incident_url(filling->context, filling->message->incident_id));
    set(filling, SLOT_MERGED_URL,
        incident_url(filling->context, filling->message->merged_into_id));
}

static void
fill_places(const struct filling *filling)
{
    struct strings names = { 0 };
    size_t max_named = filling->style.max_named;
    size_t named, all;
    char *list;

    place_names(filling->facts, &names);
    if (max_named >= MANY_NAMED && names.count == max_named + 1) {
        max_named++;
    }
    list = place_list(filling->catalogue, &names, max_named,
                      filling->style.name_septets, &named);
    if (list) {
        set(filling, SLOT_IN_PLACES,
            place_list_with_preposition(filling->catalogue, &names, named, list));
        set_flag(filling, SLOT_FLAG_PLACE, true);
    }
    set(filling, SLOT_PLACES, list);
    if (names.count > named) {
        set(filling, SLOT_ALL_PLACES,
            place_list(filling->catalogue, &names, MAX_PLACES_LISTED, 0, &all));
    }
    strings_clear(&names);
}

static void
fill_times(const struct filling *filling)
{
    const struct message *message = filling->message;
    const struct facts *facts = filling->facts;

    set_time_at(filling, SLOT_WRITTEN, message->written_at_ms);
    set_flag(filling, SLOT_FLAG_LATE, filling->style.say_written);
    if (facts_has(facts, FIELD_STARTED_AT) && !filling->style.drop_start) {
        set_time(filling, SLOT_START, facts->started_at_ms);
        set_time_at(filling, SLOT_AT_START, facts->started_at_ms);
    }
    if (facts_has(facts, FIELD_ENDED_AT)) {
        set_time(filling, SLOT_ENDED, facts->ended_at_ms);
        set_time_at(filling, SLOT_AT_ENDED, facts->ended_at_ms);
    }
    /* A promise whose time is over when the text is read is not made again; the end of
     * planned work is promised in other words. */
    if (is_time(message->next_word_at_ms) &&
        message->next_word_at_ms > filling->context->now_ms &&
        !(message->notice == NOTICE_PLANNED_STARTED &&
          facts_has(facts, FIELD_PLANNED) &&
          message->next_word_at_ms == facts->planned.to_ms)) {
        set_time(filling, SLOT_NEXT, message->next_word_at_ms);
    }
    if (message->notice == NOTICE_LAPSED && is_time(message->old_next_word_at_ms) &&
        message->old_next_word_at_ms <= message->written_at_ms) {
        set_time_at(filling, SLOT_PROMISED, message->old_next_word_at_ms);
    }
}

static void
fill_estimate(const struct filling *filling)
{
    const struct message *message = filling->message;
    const struct facts *facts = filling->facts;

    if (is_time(message->old_etr_at_ms)) {
        set_time_at(filling, SLOT_OLD_ETR, message->old_etr_at_ms);
    }
    if (!facts_has(facts, FIELD_ETR)) {
        return;
    }
    set_words(
        filling, SLOT_REASON,
        localized_find(&facts->etr.reason, catalogue_language(filling->catalogue)),
        filling->style.text_septets);
    if (facts->etr.at_ms <= filling->context->now_ms ||
        facts->etr.at_ms <= message->written_at_ms) {
        set_time_at(filling, SLOT_ETR_PASSED, facts->etr.at_ms);
        return;
    }
    set_time_at(filling, SLOT_AT_ETR, facts->etr.at_ms);
    if (facts->etr.basis != ETR_BASIS_NONE) {
        char *key =
            string_format("basis.%s", name_of(&etr_basis_names, (int)facts->etr.basis));
        set(filling, SLOT_BASIS,
            string_copy(catalogue_phrase(filling->catalogue, key)));
        free(key);
    }
}

static void
fill_planned(const struct filling *filling)
{
    const struct message *message = filling->message;
    const struct facts *facts = filling->facts;
    bool has_old =
        is_time(message->old_planned_from_ms) && is_time(message->old_planned_to_ms);

    if (has_old) {
        set(filling, SLOT_OLD_PERIOD,
            local_period_styled(filling->catalogue, message->old_planned_from_ms,
                                message->old_planned_to_ms, time_style(filling)));
    }
    if (facts_has(facts, FIELD_PLANNED)) {
        set(filling, SLOT_PERIOD,
            local_period_styled(filling->catalogue, facts->planned.from_ms,
                                facts->planned.to_ms, time_style(filling)));
        set_time(filling,
                 facts->planned.to_ms > filling->context->now_ms &&
                         facts->planned.to_ms > message->written_at_ms
                     ? SLOT_END
                     : SLOT_END_PASSED,
                 facts->planned.to_ms);
        set_words(filling, SLOT_WORK,
                  localized_find(&facts->planned.work,
                                 catalogue_language(filling->catalogue)),
                  filling->style.text_septets);
    } else {
        set(filling, SLOT_PERIOD, string_copy(filling->values->items[SLOT_OLD_PERIOD]));
    }
}

static void
fill_cause(const struct filling *filling)
{
    const struct facts *facts = filling->facts;
    bool known = facts_has(facts, FIELD_CAUSE);
    enum cause_code code = known ? facts->cause.code : CAUSE_UNKNOWN;
    const char *text = NULL;

    if (known) {
        text =
            localized_find(&facts->cause.text, catalogue_language(filling->catalogue));
    }
    if (text) {
        set_words(filling, SLOT_CAUSE, text, filling->style.text_septets);
    } else if (code == CAUSE_UNKNOWN) {
        set_flag(filling, SLOT_FLAG_CAUSE_UNKNOWN, true);
    } else if (code != CAUSE_OTHER) {
        /* "Another cause" says nothing, so it is not said. */
        char *key = string_format("cause.%s", name_of(&cause_names, (int)code));
        set(filling, SLOT_CAUSE,
            string_copy(catalogue_phrase(filling->catalogue, key)));
        free(key);
    }
}

/* 0 customers means that nobody knows. */
static void
fill_customers(const struct filling *filling)
{
    const struct catalogue *catalogue = filling->catalogue;
    const struct facts *facts = filling->facts;
    int64_t affected =
        facts_has(facts, FIELD_CUSTOMERS_AFFECTED) ? facts->customers_affected : 0;
    int64_t restored =
        facts_has(facts, FIELD_CUSTOMERS_RESTORED) ? facts->customers_restored : 0;

    if (affected > 0) {
        set(filling, SLOT_CUSTOMERS,
            catalogue_plural(catalogue, "customers", affected));
    }
    if (restored <= 0) {
        return;
    }
    if (restored < affected) {
        set(filling, SLOT_RESTORED, catalogue_number(catalogue, restored));
        set(filling, SLOT_REMAINING,
            catalogue_plural(catalogue, "customers", affected - restored));
    } else {
        set(filling, SLOT_RESTORED_CUSTOMERS,
            catalogue_plural(catalogue, "customers", restored));
    }
}

static void
fill_words(const struct filling *filling)
{
    const struct facts *facts = filling->facts;

    if (facts_has(facts, FIELD_CREW)) {
        char *key = string_format("crew.%s", name_of(&crew_names, (int)facts->crew));
        set(filling, SLOT_CREW, string_copy(catalogue_phrase(filling->catalogue, key)));
        free(key);
    }
    if (facts_has(facts, FIELD_NOTE)) {
        set_words(filling, SLOT_NOTE,
                  localized_find(&facts->note, catalogue_language(filling->catalogue)),
                  0);
    }
    if (danger_named(facts) == 0 ||
        danger_in_force(facts, filling->message->written_at_ms) != 0) {
        set(filling, SLOT_FIRST_ADVICE,
            advice_said_first(filling->catalogue, facts, filling->style.short_form));
    }
    set(filling, SLOT_ADVICE,
        advice_said_later(filling->catalogue, facts, filling->style.short_form));
}

/* What is said of advice that concerns life and health, and what no longer holds. */
static void
fill_danger(const struct filling *filling)
{
    const struct message *message = filling->message;
    int64_t now = danger_in_force(filling->facts, message->written_at_ms);
    int64_t over = message->old_danger & ~now;

    set(filling, SLOT_DANGER, advice_of_danger(filling->catalogue, now, "danger"));
    set(filling, SLOT_DANGER_HOW, advice_of_danger(filling->catalogue, now, "how"));
    if (now == 0) {
        set(filling, SLOT_DANGER_OVER,
            advice_of_danger(filling->catalogue, over, "over"));
        set(filling, SLOT_DANGER_AFTER,
            advice_of_danger(filling->catalogue, over, "after"));
    }
}

/*
 * Water that runs but must not be drunk has words of its own. What comes back is water
 * as such as long as the advice still stands, and drinking water when it was lifted.
 */
static const char *
kind_name(const struct message *message)
{
    const struct facts *facts = &message->facts;
    bool contaminated =
        facts_has(facts, FIELD_CAUSE) && facts->cause.code == CAUSE_CONTAMINATION;
    bool advised = advice_against_water(facts);
    bool comes_back =
        message->notice == NOTICE_RESTORED || message->notice == NOTICE_PARTLY_RESTORED;
    enum incident_kind kind = facts_has(facts, FIELD_KIND) ? facts->kind : KIND_OTHER;
    bool unsafe = comes_back ? contaminated && !advised : contaminated || advised;
    bool has_other_words =
        notice_is_of_plan(message->notice) || message->notice == NOTICE_DANGER_OVER;

    /* A false alarm takes back what was said of the water. */
    unsafe =
        unsafe || (message->notice == NOTICE_FALSE_ALARM && message->old_danger != 0);
    if (kind == KIND_WATER && unsafe && !has_other_words) {
        return KIND_UNSAFE_WATER;
    }
    return name_of(&kind_names, (int)kind);
}

/* What the status adds to the words. */
static void
fill_status(const struct filling *filling)
{
    const struct facts *facts = filling->facts;
    bool contaminated =
        facts_has(facts, FIELD_CAUSE) && facts->cause.code == CAUSE_CONTAMINATION;

    set_flag(filling, SLOT_FLAG_SUSPECTED, facts->status == INCIDENT_SUSPECTED);
    set_flag(filling, SLOT_FLAG_PLAN, facts->status == INCIDENT_PLANNED);
    set_flag(filling, SLOT_FLAG_CALLED_OFF, facts->status == INCIDENT_CANCELLED);
    /* Contaminated water runs: when it may be drunk, nothing else is wrong with it. */
    set_flag(filling, SLOT_FLAG_STILL, status_is_open(facts->status) && !contaminated);
}

void
slot_values_fill(const struct catalogue *catalogue, const struct message *message,
                 const struct compose_context *context, struct value_style style,
                 struct slot_values *values)
{
    static void (*const groups[])(const struct filling *filling) = {
        fill_sender,   fill_links,   fill_places, fill_times,
        fill_estimate, fill_planned, fill_cause,  fill_customers,
        fill_words,    fill_danger,  fill_status,
    };
    const struct filling filling = {
        .catalogue = catalogue,
        .message = message,
        .facts = &message->facts,
        .context = context,
        .style = style,
        .values = values,
    };

    slot_values_clear(values);
    values->kind = kind_name(message);
    if (notice_is_alarm(message->notice)) {
        alarm_values_fill(catalogue, message, context, style, values);
        return;
    }
    if (notice_is_summary(message->notice)) {
        summary_values_fill(catalogue, message, context, style, values);
        return;
    }
    for (size_t i = 0; i < ARRAY_COUNT(groups); i++) {
        groups[i](&filling);
    }
    correction_values_fill(catalogue, message, context, style, values);
}
