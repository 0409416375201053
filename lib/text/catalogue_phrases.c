/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Checks the phrases of a parsed catalogue: that all are there, once, with the slots that
 * are filled in, and both halves of each plural.
 */
#include "text/catalogue_check.h"

#include "base/memory.h"
#include "model/danger.h"
#include "text/catalogue.h"
#include "text/script.h"

#include <stdlib.h>
#include <string.h>

/* Phrases with a name of their own. */
static const char *const single_phrases[] = {
    "time.clock",
    "time.day",
    "time.day_year",
    "time.summer",
    "time.winter",
    "time.today",
    "time.other_day",
    "time.at_today",
    "time.at_other_day",
    "period.one_day",
    "period.days",
    "number.group",
    "places.pair",
    "places.comma",
    "places.more.one",
    "places.more.other",
    "places.in",
    "places.on",
    "places.mixed",
    "places.on_endings",
    "customers.one",
    "customers.other",
    "mode.exercise",
    "mode.test",
    "advice_first",
    "advice.stay_away_from_lines",
    "advice.boil_water",
    "advice.do_not_drink",
    "advice.conserve_water",
    "advice.unplug_appliances",
    "advice.keep_fridge_closed",
    "advice.check_on_neighbours",
    "advice.call_112_if_danger",
    "plain.measure",
    "plain.place_unknown",
    "page.title",
    "page.latest",
    "page.advice",
    "page.languages",
    "page.start_unknown",
    "page.etr_passed",
    "page.passed",
    "page.n_open.one",
    "page.n_open.other",
    "page.n_without.one",
    "page.n_without.other",
    "page.n_back.one",
    "page.n_back.other",
    "page.n_smaller.one",
    "page.newest_ended.one",
    "page.newest_ended.other",
    "page.n_smaller.other",
    "page.now",
    "page.nothing_now",
    "page.ended_today",
    "page.nothing_ended",
    "page.updated",
    "page.kind",
    "page.place",
    "page.status",
    "page.started",
    "page.ended",
    "page.etr",
    "page.cause",
    "page.crew",
    "page.customers",
    "page.next_word",
    "page.history",
    "page.back",
    "page.language_name",
    "page.planned",
    "page.planned_heading",
    "page.place_unknown",
    "page.time_unknown",
    "page.cause_unknown",
    "page.part_of",
    "page.feed",
    "page.exercise_banner",
    "page.test_banner",
    "page.contact",
    "leave.title",
    "leave.ask",
    "leave.button",
    "leave.done",
    "leave.unknown",
    "correction.any",
    "correction.any.gone",
    "correction.more",
    "alarm.waiting.one",
    "alarm.waiting.other",
    "alarm.promise.word",
    "alarm.promise.end",
    "alarm.promise.estimate",
    "alarm.promise.word_after_lapse",
    "alarm.promise.none_after_lapses",
    "alarm.promise.staff",
    "alarm.promise.more.one",
    "alarm.promise.more.other",
    "storm.incidents.one",
    "storm.incidents.other",
    "storm.new.one",
    "storm.new.other",
    "storm.ended.one",
    "storm.ended.other",
    "storm.minutes.one",
    "storm.minutes.other",
    "storm.place",
    "storm.place_over",
    "storm.place_unknown",
    "missed.heading",
    "missed.line",
    "missed.more.one",
    "missed.more.other",
    "missed.count.one",
    "missed.count.other",
};

/* Families of phrases: one for each name of an enumeration from `first` on. */
static const struct {
    const char *prefix;
    const struct names *names;
    int first;
} named_families[] = {
    { "kind.", &kind_names, 0 },
    { "cause.", &cause_names, 0 },
    { "crew.", &crew_names, 0 },
    { "status.", &status_names, 0 },
    { "severity.", &severity_names, 0 },
    { "basis.", &etr_basis_names, ETR_BASIS_NONE + 1 },
};

/* What advice that concerns life and health is said with: what to do, why and how, that
 * it is over, what to do then. */
static const char *const danger_forms[] = { "danger", "how", "over", "after" };

/* What an alarm of each kind is said with. */
static const char *const alarm_forms[] = { "there", "over", "meaning", "do" };

/* … and for each number from 1. */
static const struct {
    const char *prefix;
    int count;
} numbered_families[] = {
    { "weekday.", 7 },
    { "weekday_short.", 7 },
    { "month.", 12 },
    { "month_short.", 12 },
};

/* The slots that phrases may have; those without a row may have none. */
static const struct {
    const char *prefix;
    const char *slots; /* separated by spaces */
} phrase_slots[] = {
    { "time.clock", "hour minute" },
    { "time.day", "weekday day month year" },
    { "time.", "day clock" },
    { "period.", "day from to" },
    { "places.pair", "list last" },
    { "places.more.", "list n" },
    { "places.", "places" },
    { "customers.", "n" },
    { "page.", "n time place url" },
    { "alarm.waiting.", "n" },
    { "alarm.promise.more.", "list n" },
    { "alarm.promise.", "time list" },
    { "alarm.", "subject n" },
    { "missed.more.", "n written" },
    { "missed.count.", "n written" },
    { "missed.", "written title" },
    { "correction.", "was now" },
    { "storm.", "n place" },
};

static int
compare_phrases(const void *a, const void *b)
{
    const struct phrase *one = a;
    const struct phrase *other = b;
    int order = strcmp(one->key, other->key);

    return order != 0 ? order : (one->line > other->line) - (one->line < other->line);
}

static size_t
line_in_file(const struct catalogue *catalogue, size_t line)
{
    return line < catalogue->local_first_line ? line
                                              : line - catalogue->local_first_line + 1;
}

void
catalogue_sort_phrases(struct catalogue *catalogue, struct catalogue_faults *faults)
{
    if (catalogue->n_phrases > 0) {
        qsort(catalogue->phrases, catalogue->n_phrases, sizeof(struct phrase),
              compare_phrases);
    }
    for (size_t i = 1; i < catalogue->n_phrases; i++) {
        const struct phrase *before = &catalogue->phrases[i - 1];
        const struct phrase *phrase = &catalogue->phrases[i];
        if (strcmp(before->key, phrase->key) == 0) {
            catalogue_fault(faults, phrase->line,
                            "phrase \"%s\" stands already in line %zu", phrase->key,
                            line_in_file(catalogue, before->line));
        }
    }
}

static void
need_phrase(const struct catalogue *catalogue, const char *key, size_t last_line,
            struct catalogue_faults *faults)
{
    if (!catalogue_phrase(catalogue, key)) {
        catalogue_fault(faults, last_line, "phrase \"%s\" is missing", key);
    }
}

static void
check_families(const struct catalogue *catalogue, size_t last_line,
               struct catalogue_faults *faults)
{
    for (size_t i = 0; i < ARRAY_COUNT(named_families); i++) {
        for (int j = named_families[i].first; j < named_families[i].names->n; j++) {
            char *key = string_format("%s%s", named_families[i].prefix,
                                      named_families[i].names->items[j]);
            need_phrase(catalogue, key, last_line, faults);
            free(key);
        }
    }
    for (size_t i = 0; i < ARRAY_COUNT(alarm_forms); i++) {
        for (int kind = 0; kind < ALARM_KIND_COUNT; kind++) {
            char *key = string_format("alarm.%s.%s", name_of(&alarm_kind_names, kind),
                                      alarm_forms[i]);
            need_phrase(catalogue, key, last_line, faults);
            free(key);
        }
    }
    for (size_t i = 0; i < ARRAY_COUNT(numbered_families); i++) {
        for (int j = 1; j <= numbered_families[i].count; j++) {
            char *key = string_format("%s%d", numbered_families[i].prefix, j);
            need_phrase(catalogue, key, last_line, faults);
            free(key);
        }
    }
}

static bool
is_in_list(const char *list, const char *word, size_t len)
{
    while (*list != '\0') {
        size_t item = strcspn(list, " ");
        if (item == len && memcmp(list, word, len) == 0) {
            return true;
        }
        list += item + strspn(list + item, " ");
    }
    return false;
}

/* Such advice is always said first. */
static void
check_danger(const struct catalogue *catalogue, size_t last_line,
             struct catalogue_faults *faults)
{
    const char *first = catalogue_phrase(catalogue, "advice_first");

    for (int danger = 0; danger < DANGER_COUNT; danger++) {
        const char *name = name_of(&danger_names, danger);

        for (size_t i = 0; i < ARRAY_COUNT(danger_forms); i++) {
            char *key = string_format("advice.%s.%s", name, danger_forms[i]);

            need_phrase(catalogue, key, last_line, faults);
            free(key);
        }
        if (first != NULL && !is_in_list(first, name, strlen(name))) {
            catalogue_fault(faults, last_line,
                            "phrase \"advice_first\" is \"%s\" and lacks \"%s\", which "
                            "concerns life and health",
                            first, name);
        }
    }
}

static const char *
allowed_slots(const char *key)
{
    for (size_t i = 0; i < ARRAY_COUNT(phrase_slots); i++) {
        if (strncmp(key, phrase_slots[i].prefix, strlen(phrase_slots[i].prefix)) == 0) {
            return phrase_slots[i].slots;
        }
    }
    return "";
}

static void
check_phrase_slots(const struct phrase *phrase, struct catalogue_faults *faults)
{
    const char *slots = allowed_slots(phrase->key);
    const char *at = phrase->text;

    while ((at = strchr(at, '{'))) {
        size_t len = strcspn(++at, "}");
        if (at[len] == '\0' || !is_in_list(slots, at, len)) {
            catalogue_fault(faults, phrase->line,
                            "phrase \"%s\" has no slot {%.*s}%s%s", phrase->key,
                            (int)len, at, slots[0] ? "; it has " : "", slots);
        }
    }
}

/* The other half of a plural: "customers.one" needs "customers.other", and an "other"
 * that counts needs its "one". */
static void
check_plural(const struct catalogue *catalogue, const struct phrase *phrase,
             struct catalogue_faults *faults)
{
    static const char one[] = ".one";
    static const char other[] = ".other";
    size_t len = strlen(phrase->key);
    size_t stem = 0;
    const char *missing = NULL;

    if (len > strlen(one) && strcmp(phrase->key + len - strlen(one), one) == 0) {
        missing = other;
        stem = len - strlen(one);
    } else if (len > strlen(other) &&
               strcmp(phrase->key + len - strlen(other), other) == 0 &&
               strstr(phrase->text, "{n}")) {
        missing = one;
        stem = len - strlen(other);
    }
    if (missing) {
        char *key = string_format("%.*s%s", (int)stem, phrase->key, missing);
        if (!catalogue_phrase(catalogue, key)) {
            catalogue_fault(faults, phrase->line,
                            "the plural \"%s\" lacks its other half \"%s\"",
                            phrase->key, key);
        }
        free(key);
    }
}

/* A measure that is misspelt would measure something else, or nothing. */
static void
check_measure(const struct catalogue *catalogue, struct catalogue_faults *faults)
{
    static const char *const measures[] = { "lix ", "flesch " };

    for (size_t i = 0; i < catalogue->n_phrases; i++) {
        const struct phrase *phrase = &catalogue->phrases[i];
        bool known = strcmp(phrase->key, "plain.measure") != 0;

        for (size_t j = 0; j < ARRAY_COUNT(measures); j++) {
            size_t len = strlen(measures[j]);

            known = known || (strncmp(phrase->text, measures[j], len) == 0 &&
                              strtod(phrase->text + len, NULL) > 0);
        }
        if (!known) {
            catalogue_fault(faults, phrase->line,
                            "plain.measure is \"%s\"; it is \"lix 40\" (at most) or "
                            "\"flesch 60\" (at least)",
                            phrase->text);
        }
    }
}

void
catalogue_check_phrases(const struct catalogue *catalogue, size_t last_line,
                        struct catalogue_faults *faults)
{
    for (size_t i = 0; i < catalogue->n_phrases; i++) {
        check_phrase_slots(&catalogue->phrases[i], faults);
        check_plural(catalogue, &catalogue->phrases[i], faults);
    }
    for (size_t i = 0; i < ARRAY_COUNT(single_phrases); i++) {
        need_phrase(catalogue, single_phrases[i], last_line, faults);
    }
    check_families(catalogue, last_line, faults);
    check_measure(catalogue, faults);
    check_danger(catalogue, last_line, faults);
}
