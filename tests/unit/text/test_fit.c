/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Texts for every kind of room: within their rule, with source, place and clock time, and
 * whole sentences; more room says more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "message_fixture.h"
#include "text/fit.h"

#include <ctype.h>

static const struct length_rule rules[] = {
    { .unit = LENGTH_GSM7, .most = 1 },
    { .unit = LENGTH_GSM7, .most = 2 },
    { .unit = LENGTH_GSM7, .most = 3, .ucs2 = true },
    { .unit = LENGTH_WEIGHTED, .most = 280, .link = 23 },
    { .unit = LENGTH_GRAPHEMES, .most = 300, .most_bytes = 3000 },
    { .unit = LENGTH_GRAPHEMES, .most = 500, .link = 23 },
    { .unit = LENGTH_CODE_POINTS, .most = 500, .link = 23 },
    { .unit = LENGTH_UTF16, .most = 4096 },
    { .unit = LENGTH_BYTES, .most = 1000 },
};

/* The same numbers in every run: xorshift64*. */
static uint64_t random_state;

static size_t
random_below(size_t n)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (size_t)((random_state * UINT64_C(0x2545F4914F6CDD1D)) >> 33) % n;
}

static bool
coin(void)
{
    return random_below(2) == 0;
}

static const char *const places[] = {
    "Täby kyrkby",
    "Gribbylund",
    "Łódź Południe",
    "Київ центр",
    "Sjöängsgatan 4 B",
    "Västra Långtbortiskogsbackens fritidshusområde norra delen vid sjön",
    "Smörgåsbordsvägensbortreändautanmellanslagallsför",
    "“Ön” – norr…",
    "€{}[]~|^\\€{}[]~|^\\",
    "漢字漢字",
};
static const char *const advice[] = { "boil_water",         "do_not_drink",
                                      "conserve_water",     "unplug_appliances",
                                      "keep_fridge_closed", "stay_away_from_lines",
                                      "check_on_neighbours" };

static void
random_words(struct message *message)
{
    if (coin()) {
        know(message, FIELD_NOTE);
        localized_add(&message->facts.note, "",
                      coin() ? "Varmt kaffe finns i skolan."
                             : "Vi bjuder på kaffe och bulle i Gribbylunds skola från "
                               "morgonen och så länge det behövs. Ta med en filt. Där "
                               "går det också att ladda telefonen.");
    }
    if (coin()) {
        know(message, FIELD_CAUSE);
        message->facts.cause.code = (enum cause_code)random_below(CAUSE_COUNT);
    }
    if (coin()) {
        know(message, FIELD_CREW);
        message->facts.crew = (enum crew)random_below(CREW_COUNT);
    }
    if (coin()) {
        know(message, FIELD_MODE);
        message->facts.mode = (enum event_mode)random_below(MODE_COUNT);
    }
    for (size_t n = random_below(4); n > 0; n--) {
        add_advice(message, advice[random_below(ARRAY_COUNT(advice))]);
    }
}

static void
random_message(struct message *message)
{
    enum notice notice = (enum notice)(1 + random_below(NOTICE_ALARM - 1));

    bare_message(message, notice, (enum incident_kind)random_below(KIND_COUNT));
    if (coin()) {
        know_times(message);
    }
    for (size_t n = random_below(8); n > 0; n--) {
        add_place(message, places[random_below(ARRAY_COUNT(places))]);
    }
    if (coin()) {
        know(message, FIELD_CUSTOMERS_AFFECTED);
        message->facts.customers_affected = (int64_t)random_below(3000);
        know(message, FIELD_CUSTOMERS_RESTORED);
        message->facts.customers_restored = (int64_t)random_below(3000);
    }
    random_words(message);
}

static bool
has_clock_time(const char *text, char separator)
{
    for (size_t i = 2; text[i] != '\0'; i++) {
        if (text[i] == separator && isdigit((unsigned char)text[i - 2]) &&
            isdigit((unsigned char)text[i - 1]) &&
            isdigit((unsigned char)text[i + 1])) {
            return true;
        }
    }
    return false;
}

/* The first place is named, at least by how it begins; or that none is known is said. */
static bool
has_place(const char *text, const struct message *message, int language)
{
    const char *name;
    char *begin, *folded;
    bool found;

    if (!facts_has(&message->facts, FIELD_PLACES)) {
        return strstr(text, language == 0 ? "Vi vet inte platsen än"
                                          : "We do not know the place yet") != NULL;
    }
    name = message->facts.places[0].name;
    begin = string_copy_n(name, utf8_cut(name, 7));
    folded = gsm7_fold(begin);
    found = strstr(text, begin) != NULL || strstr(text, folded) != NULL;
    free(begin);
    free(folded);
    return found;
}

/* No sentence was cut: the text ends as one does, or with a link. */
static bool
ends_whole(const char *text)
{
    size_t len = strlen(text);

    return strchr(".!?", text[len - 1]) != NULL ||
           (len > 5 && strcmp(text + len - 5, ".html") == 0);
}

static void
expect_sound(const struct fitted *fitted, const struct length_rule *rule,
             const struct message *message, int language)
{
    const char *text = fitted->text;

    if (!length_fits(rule, text)) {
        fail_msg("%lld of %lld, %lld parts: \"%s\"", (long long)fitted->length.used,
                 (long long)fitted->length.most, (long long)fitted->length.parts, text);
    }
    if (strstr(text, "Täby Nät:") == NULL) {
        fail_msg("no source in \"%s\"", text);
    }
    if (!has_place(text, message, language)) {
        fail_msg("no place (%s) in \"%s\"",
                 message->facts.n_places > 0 ? message->facts.places[0].name : "none",
                 text);
    }
    if (!has_clock_time(text, language == 0 ? '.' : ':')) {
        fail_msg("no clock time in \"%s\"", text);
    }
    if (!ends_whole(text)) {
        fail_msg("the last sentence is cut: \"%s\"", text);
    }
    for (size_t i = 0; i < fitted->left_out.count; i++) {
        assert_true(strlen(fitted->left_out.items[i]) > 0);
    }
}

static void
whatever_is_known_every_text_keeps_its_rule(void **state)
{
    (void)state;
    random_state = 0x5EED;
    for (int round = 0; round < 2000; round++) {
        struct message message;
        struct compose_context context = usual_context();

        random_message(&message);
        context.reply_to = coin() ? "+46701234567" : NULL;
        context.late = coin();
        context.now_ms += context.late ? 2 * DAYS_MS : 0;
        if (coin()) {
            context.contact = NULL;
            context.page_url = NULL;
        }
        for (size_t i = 0; i < ARRAY_COUNT(rules); i++) {
            struct fitted fitted = { 0 };
            int language = round % 2;

            text_fit(catalogues[language], &message, &context, NULL, &rules[i],
                     &fitted);
            expect_sound(&fitted, &rules[i], &message, language);
            fitted_clear(&fitted);
        }
        message_clear(&message);
    }
}

static void
the_short_text_is_one_text_message(void **state)
{
    (void)state;
    random_state = 7;
    for (int round = 0; round < 300; round++) {
        struct message message;
        struct compose_context context = usual_context();
        struct text_set set = { 0 };
        struct fitted fitted = { 0 };

        random_message(&message);
        text_compose(catalogues[round % 2], &message, &context, &set);
        text_fit(catalogues[round % 2], &message, &context, NULL, &rules[0], &fitted);
        assert_string_equal(fitted.text, set.short_text);
        assert_int_equal(fitted.length.parts, 1);
        assert_string_equal(fitted.length.encoding, "GSM-7");
        fitted_clear(&fitted);
        text_fit(catalogues[round % 2], &message, &context, NULL, NULL, &fitted);
        assert_string_equal(fitted.text, set.long_text);
        assert_int_equal(fitted.left_out.count, 0);
        fitted_clear(&fitted);
        text_set_free(&set);
        message_clear(&message);
    }
}

static void
many_facts(struct message *message)
{
    full_message(message, NOTICE_FIRST, KIND_POWER);
    add_place(message, "Gribbylund");
    add_place(message, "Visinge");
    add_place(message, "Ella gård");
    add_place(message, "Näsby park");
}

static void
more_room_says_more(void **state)
{
    struct message message;
    struct compose_context context = usual_context();
    size_t before = 0, left_out_before = SIZE_MAX;
    struct fitted fitted = { 0 };
    struct text_set set = { 0 };

    (void)state;
    many_facts(&message);
    for (int64_t most = FIT_LEAST; most <= FIT_LEAST + 300; most += 100) {
        const struct length_rule rule = { .unit = LENGTH_GRAPHEMES, .most = most };

        text_fit(catalogues[0], &message, &context, NULL, &rule, &fitted);
        assert_true(strlen(fitted.text) > before);
        assert_true(fitted.left_out.count < left_out_before);
        before = strlen(fitted.text);
        left_out_before = fitted.left_out.count;
    }
    assert_int_equal(left_out_before, 0);
    text_compose(catalogues[0], &message, &context, &set);
    assert_string_equal(fitted.text, set.long_text);
    text_set_free(&set);
    fitted_clear(&fitted);
    message_clear(&message);
}

static void
expect_text(const struct message *message, int language, const struct length_rule *rule,
            const char *text)
{
    struct compose_context context = usual_context();
    struct fitted fitted = { 0 };

    text_fit(catalogues[language], message, &context, NULL, rule, &fitted);
    assert_string_equal(fitted.text, text);
    fitted_clear(&fitted);
}

static void
what_a_channel_reads(void **state)
{
    static const struct length_rule two = { .unit = LENGTH_GSM7, .most = 2 };
    static const struct length_rule post = { .unit = LENGTH_GRAPHEMES,
                                             .most = 500,
                                             .link = 23 };
    static const struct length_rule x = { .unit = LENGTH_WEIGHTED,
                                          .most = 280,
                                          .link = 23 };
    struct message message;

    (void)state;
    many_facts(&message);
    expect_text(
        &message, 0, &two,
        "Täby Nät: Strömmen är borta i Täby kyrkby, Gribbylund och 3 platser till sedan "
        "13.48. Orsak: Ett träd har fallit på en ledning. Vår personal är på "
        "plats. Vi räknar med att du har ström igen kl. 17.30. Nytt besked "
        "senast 15.30.\n"
        "Håll kyl och frys stängda.\n"
        "Varmt kaffe finns i Gribbylunds skola.");
    expect_text(
        &message, 0, &post,
        "Täby Nät: Strömmen är borta i Täby kyrkby, Gribbylund, Visinge, Ella gård och "
        "Näsby park sedan 13.48. Orsak: Ett träd har fallit på en ledning. Vår "
        "personal är på plats. Vi räknar med att du har ström igen kl. 17.30. "
        "Tiden kommer från personalen som lagar. Nytt besked senast 15.30.\n\n"
        "1 432 kunder är utan ström.\n\n"
        "Håll kyl och frys stängda. Ser du en ledning på marken: gå inte nära, "
        "ring 112.\n\n"
        "Varmt kaffe finns i Gribbylunds skola.\n\n"
        "Frågor? Ring 020-00 00 00. "
        "https://drift.example.se/incident/k3v7q2x5m4n6p7a2.html");
    expect_text(
        &message, 1, &x,
        "Täby Nät: The power has been off in Täby kyrkby and 4 more places since 13:48. "
        "Cause: A tree has fallen on a line. Our crew is there. We expect your "
        "power back at 17:30. Next word by 15:30.\n\n"
        "Keep the fridge and the freezer closed.\n\n"
        "Varmt kaffe finns i Gribbylunds skola.");
    message_clear(&message);
}

static void
what_has_no_room_is_listed_by_importance(void **state)
{
    struct message message;
    struct compose_context context = usual_context();
    struct fitted fitted = { 0 };

    (void)state;
    many_facts(&message);
    text_fit(catalogues[0], &message, &context, NULL, &rules[0], &fitted);
    assert_true(fitted.left_out.count >= 3);
    for (size_t i = 0; i < fitted.left_out.count; i++) {
        assert_null(strstr(fitted.text, fitted.left_out.items[i]));
    }
    assert_string_equal(fitted.left_out.items[0],
                        "Orsak: Ett träd har fallit på en ledning.");
    assert_string_equal(fitted.left_out.items[fitted.left_out.count - 1],
                        "https://drift.example.se/incident/k3v7q2x5m4n6p7a2.html");
    fitted_clear(&fitted);
    message_clear(&message);
}

static void
expect_encoding(const char *place, const char *with_advice,
                const struct length_rule *rule, const char *encoding,
                const char *in_text)
{
    struct message message;
    struct compose_context context = usual_context();
    struct fitted fitted = { 0 };

    bare_message(&message, NOTICE_FIRST, KIND_POWER);
    add_place(&message, place);
    if (with_advice != NULL) {
        add_advice(&message, with_advice);
    }
    text_fit(catalogues[0], &message, &context, NULL, rule, &fitted);
    assert_string_equal(fitted.length.encoding, encoding);
    if (strstr(fitted.text, in_text) == NULL) {
        fail_msg("\"%s\" lacks \"%s\"", fitted.text, in_text);
    }
    assert_true(length_fits(rule, fitted.text));
    fitted_clear(&fitted);
    message_clear(&message);
}

static void
a_name_costs_ucs2_only_where_its_letters_would_be_lost(void **state)
{
    static const struct length_rule plain = { .unit = LENGTH_GSM7, .most = 3 };
    static const struct length_rule ucs2 = { .unit = LENGTH_GSM7,
                                             .most = 3,
                                             .ucs2 = true };
    static const struct length_rule one = { .unit = LENGTH_GSM7,
                                            .most = 1,
                                            .ucs2 = true };

    (void)state;
    expect_encoding("Łódź", NULL, &plain, "GSM-7", "Lodz");
    expect_encoding("Łódź", NULL, &ucs2, "GSM-7", "Lodz");
    expect_encoding("Київ", NULL, &plain, "GSM-7", "????");
    expect_encoding("Київ", NULL, &ucs2, "UCS-2", "Київ");
    expect_encoding("“Ön”", NULL, &ucs2, "GSM-7", "\"Ön\"");
    expect_encoding("Київ", NULL, &one, "UCS-2", "Київ");
    /* One part of 70 has no room for what must be said besides. */
    expect_encoding("Київ", "boil_water", &one, "GSM-7", "KOKA VATTNET");
}

static void
missed_messages(struct missed *missed, size_t count, size_t n_newest)
{
    *missed = (struct missed){ .count = count, .n_newest = n_newest };
    missed->sequences = memory_array(count, sizeof(int64_t));
    missed->newest = memory_array(n_newest, sizeof(struct message));
    missed->from_ms = moment("2026-11-23T13:50:00+01:00");
    for (size_t i = 0; i < n_newest; i++) {
        full_message(&missed->newest[i], NOTICE_FIRST, KIND_POWER);
        missed->newest[i].written_at_ms = missed->from_ms + (int64_t)i * MINUTES_MS;
    }
}

static void
what_was_missed_is_told_or_counted(void **state)
{
    static const struct length_rule roomy = { .unit = LENGTH_UTF16, .most = 2000 };
    static const struct length_rule post = { .unit = LENGTH_GRAPHEMES, .most = 700 };
    struct message message;
    struct missed missed;
    struct compose_context context = usual_context();
    struct fitted fitted = { 0 };

    (void)state;
    full_message(&message, NOTICE_ETR_SET, KIND_POWER);
    missed_messages(&missed, 5, 3);
    text_fit(catalogues[0], &message, &context, &missed, &roomy, &fitted);
    assert_int_equal(fitted.n_carried, 5);
    assert_non_null(strstr(fitted.text, "\n\nTidigare meddelanden"));
    assert_non_null(strstr(fitted.text, "\n13.52: Strömmen är borta i Täby kyrkby"));
    assert_non_null(strstr(fitted.text, "Dessutom 2 äldre meddelanden"));
    text_fit(catalogues[0], &message, &context, &missed, &post, &fitted);
    assert_int_equal(fitted.n_carried, 5);
    assert_true(length_fits(&post, fitted.text));
    assert_null(strstr(fitted.text, "\n13.50: "));
    assert_non_null(strstr(fitted.text, "\n13.52: "));
    assert_non_null(strstr(fitted.text, "Dessutom 4 äldre meddelanden"));
    text_fit(catalogues[0], &message, &context, &missed, &rules[0], &fitted);
    assert_int_equal(fitted.n_carried, 5);
    assert_true(length_fits(&rules[0], fitted.text));
    assert_non_null(strstr(fitted.text, "ersätter 5 besked, det första skrivet kl. "
                                        "13.50."));
    missed_clear(&missed);
    missed_messages(&missed, 1, 1);
    text_fit(catalogues[1], &message, &context, &missed, &rules[0], &fitted);
    assert_non_null(strstr(fitted.text, "This replaces one message"));
    missed_clear(&missed);
    fitted_clear(&fitted);
    message_clear(&message);
}

static void
other_languages_link_to_their_own_folder(void **state)
{
    struct message message;
    struct compose_context context = usual_context();
    struct fitted fitted = { 0 };

    (void)state;
    bare_message(&message, NOTICE_FIRST, KIND_POWER);
    text_fit_language(catalogues, 0, &message, &context, NULL, &rules[5], &fitted);
    assert_non_null(strstr(fitted.text, "https://drift.example.se/incident/"));
    text_fit_language(catalogues, 1, &message, &context, NULL, &rules[5], &fitted);
    assert_non_null(strstr(fitted.text, "https://drift.example.se/en/incident/"));
    fitted_clear(&fitted);
    message_clear(&message);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_known_every_text_keeps_its_rule),
        cmocka_unit_test(the_short_text_is_one_text_message),
        cmocka_unit_test(more_room_says_more),
        cmocka_unit_test(what_a_channel_reads),
        cmocka_unit_test(what_has_no_room_is_listed_by_importance),
        cmocka_unit_test(a_name_costs_ucs2_only_where_its_letters_would_be_lost),
        cmocka_unit_test(what_was_missed_is_told_or_counted),
        cmocka_unit_test(other_languages_link_to_their_own_folder),
    };

    return cmocka_run_group_tests(tests, set_up_catalogues, tear_down_catalogues);
}
