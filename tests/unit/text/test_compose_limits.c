/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What holds of every text: a source, a place, a clock time, its length, and that outside
 * values cannot break it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "message_fixture.h"

#include <ctype.h>

/* In the order of the fixture: sv, en, nb. */
static const char *const place_unknown[] = { "Vi vet inte platsen än",
                                             "We do not know the place yet",
                                             "Vi vet ikke stedet ennå" };
static const char *const written[] = { "Skrivet", "Written", "Skrevet" };

/* True when "13.48" (sv, nb) or "13:48" (en) stands in it. */
static bool
has_clock_time(const char *text, int language)
{
    char separator = language == 1 ? ':' : '.';

    for (size_t i = 2; text[i] != '\0'; i++) {
        if (text[i] == separator && isdigit((unsigned char)text[i - 2]) &&
            isdigit((unsigned char)text[i - 1]) &&
            isdigit((unsigned char)text[i + 1])) {
            return true;
        }
    }
    return false;
}

static void
expect_whole(const char *text, bool place_known, int language, const char *place)
{
    if (!has_clock_time(text, language)) {
        fail_msg("no clock time in \"%s\"", text);
    }
    if (!strstr(text, place_known ? place : place_unknown[language])) {
        fail_msg("no place in \"%s\"", text);
    }
    if (strpbrk(text, "{}[]") || strstr(text, "  ") || strstr(text, " .") ||
        strstr(text, "..") || strstr(text, "(null)")) {
        fail_msg("badly filled in: \"%s\"", text);
    }
}

static void
expect_sound(const struct text_set *set, bool place_known, int language)
{
    expect_whole(set->short_text, place_known, language, "Täby kyrkby");
    expect_whole(set->long_text, place_known, language, "Täby kyrkby");
    assert_non_null(strstr(set->short_text, "Täby Nät:"));
    assert_non_null(strstr(set->long_text, "Täby Nät:"));
    if (gsm7_length(set->short_text) < 0 ||
        gsm7_length(set->short_text) > GSM7_SINGLE_PART) {
        fail_msg("%ld septets: \"%s\"", gsm7_length(set->short_text), set->short_text);
    }
    if (utf8_count_graphemes(set->title) > 90) {
        fail_msg("a long title: \"%s\"", set->title);
    }
    assert_null(strpbrk(set->title, "{}[]\n"));
    assert_null(strstr(set->short_text, "\n"));
    assert_null(strstr(set->long_text, "\n\n\n"));
}

static void
expect_has(const char *text, const char *what)
{
    if (!strstr(text, what)) {
        fail_msg("\"%s\" lacks \"%s\"", text, what);
    }
}

/* One bit each; together every combination that changes what there is room for. */
enum variant {
    VARIANT_FULL = 1,
    VARIANT_LATE = 2, /* by days */
    VARIANT_EXERCISE = 4,
    VARIANT_REPLY = 8,
    VARIANT_BOIL = 16,
    VARIANT_NO_CONTEXT = 32,
    VARIANT_COUNT = 64
};

static void
compose_variant(enum notice notice, enum incident_kind kind, int variant, int language)
{
    struct message message;
    struct text_set set = { 0 };
    struct compose_context context = usual_context();

    if (variant & VARIANT_FULL) {
        full_message(&message, notice, kind);
    } else {
        bare_message(&message, notice, kind);
    }
    if (variant & VARIANT_LATE) {
        context.late = true;
        context.now_ms += 2 * DAYS_MS;
    }
    if (variant & VARIANT_EXERCISE) {
        know(&message, FIELD_MODE);
        message.facts.mode = MODE_EXERCISE;
    }
    if (variant & VARIANT_BOIL) {
        add_advice(&message, "boil_water");
    }
    context.reply_to = variant & VARIANT_REPLY ? "+46701234567" : NULL;
    if (variant & VARIANT_NO_CONTEXT) {
        context.contact = NULL;
        context.page_url = NULL;
    }
    text_compose(catalogues[language], &message, &context, &set);
    expect_sound(&set, variant & VARIANT_FULL, language);
    if (variant & VARIANT_LATE) {
        expect_has(set.short_text, written[language]);
        expect_has(set.long_text, written[language]);
    }
    text_set_free(&set);
    message_clear(&message);
}

/* Alarms and summaries have tests of their own. */
static bool
is_of_one_incident(enum notice notice)
{
    return !notice_is_alarm(notice) && !notice_is_summary(notice);
}

static void
every_text_has_source_place_and_time(void **state)
{
    (void)state;
    for (int notice = NOTICE_NONE + 1; notice < NOTICE_COUNT; notice++) {
        if (!is_of_one_incident((enum notice)notice)) {
            continue;
        }
        for (int kind = 0; kind < KIND_COUNT; kind++) {
            for (int variant = 0; variant < VARIANT_COUNT * 3; variant++) {
                compose_variant((enum notice)notice, (enum incident_kind)kind,
                                variant / 3, variant % 3);
            }
        }
    }
}

static void
expect_places(const char *const *names, size_t n, size_t max_named, const char *swedish,
              const char *english)
{
    struct message message;
    char *text;

    bare_message(&message, NOTICE_FIRST, KIND_POWER);
    for (size_t i = 0; i < n; i++) {
        add_place(&message, names[i]);
    }
    text = text_places(catalogues[0], &message.facts, max_named);
    assert_string_equal(text, swedish);
    free(text);
    text = text_places(catalogues[1], &message.facts, max_named);
    assert_string_equal(text, english);
    free(text);
    message_clear(&message);
}

static void
places_are_listed_as_people_say_them(void **state)
{
    static const char *const names[] = { "Täby kyrkby", "Gribbylund", "Visinge",
                                         "Ella gård",   "Näsby park", "Arninge" };
    static const char *const one_more[] = { "Visinge", "Arninge", "Västra Ella gård" };
    static const char *const twice[] = { "Visinge", "Visinge", "Visinge " };
    struct message message;

    (void)state;
    expect_places(names, 1, 2, "Täby kyrkby", "Täby kyrkby");
    expect_places(names, 2, 2, "Täby kyrkby och Gribbylund",
                  "Täby kyrkby and Gribbylund");
    expect_places(names, 3, 5, "Täby kyrkby, Gribbylund och Visinge",
                  "Täby kyrkby, Gribbylund and Visinge");
    /* To name the last one takes no more room than to count it. */
    expect_places(names, 3, 2, "Täby kyrkby, Gribbylund och Visinge",
                  "Täby kyrkby, Gribbylund and Visinge");
    expect_places(one_more, 3, 2, "Visinge, Arninge och 1 plats till",
                  "Visinge, Arninge and 1 more place");
    expect_places(names, 6, 2, "Täby kyrkby, Gribbylund och 4 platser till",
                  "Täby kyrkby, Gribbylund and 4 more places");
    expect_places(names, 6, 0, "Täby kyrkby och 5 platser till",
                  "Täby kyrkby and 5 more places");
    expect_places(twice, 3, 2, "Visinge", "Visinge");
    bare_message(&message, NOTICE_FIRST, KIND_POWER);
    assert_null(text_places(catalogues[0], &message.facts, 2));
    message_clear(&message);
}

/* The short text of a first notice with these places. Caller frees. */
static char *
short_text_of(const char *const *names, size_t n, int language)
{
    struct message message;
    struct compose_context context = usual_context();
    struct text_set set = { 0 };
    char *text;

    bare_message(&message, NOTICE_FIRST, KIND_POWER);
    know_times(&message);
    for (size_t i = 0; i < n; i++) {
        add_place(&message, names[i]);
    }
    text_compose(catalogues[language], &message, &context, &set);
    text = string_copy(set.short_text);
    assert_true(gsm7_length(text) > 0 && gsm7_length(text) <= GSM7_SINGLE_PART);
    text_set_free(&set);
    message_clear(&message);
    return text;
}

static void
expect_in_short(const char *const *names, size_t n, const char *expected)
{
    char *text = short_text_of(names, n, 0);

    if (!strstr(text, expected)) {
        fail_msg("\"%s\" lacks \"%s\"", text, expected);
    }
    free(text);
}

static void
streets_take_another_preposition(void **state)
{
    static const char *const street[] = { "Storgatan 4 B" };
    static const char *const streets[] = { "Byvägen", "Kyrkstigen 7-9" };
    static const char *const mixed[] = { "Storgatan", "Täby kyrkby" };
    static const char *const area[] = { "Vallatorp" };

    (void)state;
    expect_in_short(street, 1, "borta på Storgatan 4 B sedan 13.48.");
    expect_in_short(streets, 2, "borta på Byvägen och Kyrkstigen 7-9 sedan");
    expect_in_short(mixed, 2, "borta vid Storgatan och Täby kyrkby sedan");
    expect_in_short(area, 1, "borta i Vallatorp sedan");
}

static void
long_names_are_cut_between_words(void **state)
{
    static const char *const long_name[] = {
        "Norra delen av Täby kyrkby med omnejd mellan Vallentunavägen och sjön ända "
        "bort till den gamla järnvägsstationen och villorna på andra sidan berget samt "
        "de nya husen vid badplatsen",
        "Gribbylund",
    };
    static const char *const one_word[] = {
        "ååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååå"
        "ååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååå"
        "ååååååååååååååååååååååååååååååååååååååå",
    };

    (void)state;
    expect_in_short(long_name, 1,
                    "i Norra delen av Täby kyrkby med omnejd... sedan 13.48.");
    expect_in_short(
        long_name, 2,
        "i Norra delen av Täby kyrkby med omnejd... och Gribbylund sedan 13.48.");
    expect_in_short(one_word, 1, "åååååååååååååååååååå... sedan 13.48.");
}

static void
many_places_leave_room_for_the_next_word(void **state)
{
    static const char *const names[] = {
        "Södra Roslags Näsby",
        "Norra Roslags Näsby",
        "Viggbyholm",
        "Hägernäs",
    };

    (void)state;
    expect_in_short(names, 4, "Nytt besked senast 15.30.");
    expect_in_short(names, 4, "platser till");
}

static void
long_organisations_are_shortened(void **state)
{
    struct message message;
    struct compose_context context = usual_context();
    struct text_set set = { 0 };

    (void)state;
    context.organisation =
        "Norra Roslagens gemensamma kommunala förbund för elnät, vatten, avlopp, "
        "fjärrvärme, bredband och allt annat som ledningar kan bära mellan husen";
    full_message(&message, NOTICE_ETR_CHANGED, KIND_POWER);
    text_compose(catalogues[0], &message, &context, &set);
    assert_true(gsm7_length(set.short_text) <= GSM7_SINGLE_PART);
    assert_ptr_equal(strstr(set.short_text, "Norra Roslagens gemensamma kommunala...:"),
                     set.short_text);
    assert_non_null(strstr(set.short_text, "kl. 17.30."));
    text_set_free(&set);
    message_clear(&message);
}

static void
values_cannot_break_a_text(void **state)
{
    struct message message;
    struct compose_context context = usual_context();

    (void)state;
    for (int notice = NOTICE_NONE + 1; notice < NOTICE_COUNT; notice++) {
        struct text_set set = { 0 };

        if (!is_of_one_incident((enum notice)notice)) {
            continue;
        }
        full_message(&message, (enum notice)notice, KIND_POWER);
        string_replace(&message.facts.places[0].name,
                       "{org} [x]\r\nBcc: a@b.se\n\n{url}%s%n\u202Egnp");
        localized_clear(&message.facts.note);
        localized_add(&message.facts.note, "", "a\n\nb {next} \x7F %s");
        localized_clear(&message.facts.etr.reason);
        localized_add(&message.facts.etr.reason, "", "{reason}\nSubject: x");
        text_compose(catalogues[0], &message, &context, &set);
        assert_null(strpbrk(set.title, "\r\n"));
        assert_null(strpbrk(set.short_text, "\r\n"));
        assert_null(strchr(set.long_text, '\r'));
        assert_null(strstr(set.long_text, "\u202E"));
        assert_non_null(strstr(set.long_text, "a b {next} %s"));
        assert_non_null(strstr(set.long_text, "{org} [x] Bcc: a@b.se {url}%s%ngnp"));
        assert_true(gsm7_length(set.short_text) <= GSM7_SINGLE_PART);
        text_set_free(&set);
        message_clear(&message);
    }
}

static void
enormous_values_are_taken(void **state)
{
    enum {
        HUGE = 200000,
        MANY = 4000
    };
    struct message message;
    struct compose_context context = usual_context();
    struct text_set set = { 0 };
    char *huge = memory_alloc(HUGE + 1);

    (void)state;
    memset(huge, 'x', HUGE);
    full_message(&message, NOTICE_CAUSE, KIND_POWER);
    localized_add(&message.facts.cause.text, "", huge);
    string_replace(&message.facts.places[0].name, huge);
    for (int i = 0; i < MANY; i++) {
        char *name = string_format("Plats %d", i);
        add_place(&message, name);
        free(name);
    }
    text_compose(catalogues[0], &message, &context, &set);
    assert_true(gsm7_length(set.short_text) <= GSM7_SINGLE_PART);
    assert_non_null(strstr(set.short_text, "4 000 platser till"));
    assert_non_null(strstr(set.short_text, "13.48"));
    assert_true(utf8_count_graphemes(set.title) <= 90);
    text_set_free(&set);
    message_clear(&message);
    free(huge);
}

static void
short_texts_are_folded(void **state)
{
    struct message message;
    struct compose_context context = usual_context();
    struct text_set set = { 0 };

    (void)state;
    context.organisation = "Kraft – “Łódź”";
    full_message(&message, NOTICE_FIRST, KIND_POWER);
    string_replace(&message.facts.places[0].name, "Zürich ☕");
    text_compose(catalogues[0], &message, &context, &set);
    assert_ptr_equal(
        strstr(set.short_text, "Kraft - \"Lodz\": Strömmen är borta i Zürich ?"),
        set.short_text);
    assert_ptr_equal(
        strstr(set.long_text, "Kraft – “Łódź”: Strömmen är borta i Zürich ☕"),
        set.long_text);
    text_set_free(&set);
    message_clear(&message);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_has_source_place_and_time),
        cmocka_unit_test(places_are_listed_as_people_say_them),
        cmocka_unit_test(streets_take_another_preposition),
        cmocka_unit_test(long_names_are_cut_between_words),
        cmocka_unit_test(many_places_leave_room_for_the_next_word),
        cmocka_unit_test(long_organisations_are_shortened),
        cmocka_unit_test(values_cannot_break_a_text),
        cmocka_unit_test(enormous_values_are_taken),
        cmocka_unit_test(short_texts_are_folded),
    };

    return cmocka_run_group_tests(tests, set_up_catalogues, tear_down_catalogues);
}
