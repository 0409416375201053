/* SPDX-License-Identifier: EUPL-1.2 */
/* Every alarm in every language: whole, short enough, and nothing that outside words
 * could break. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "text/compose.h"
#include "text/gsm7.h"
#include "text/local_time.h"

#include <stdlib.h>
#include <string.h>

static const int64_t t0 = INT64_C(1795439100000); /* 14:05 in Sweden */
/* Those whose words are looked at come first. */
static const char *const languages[] = { "sv", "en", "nb" };

static struct message
alarm_message(enum notice notice, enum alarm_kind kind, const char *subject,
              const char *cause)
{
    return (struct message){ .notice = notice,
                             .written_at_ms = t0 + 40 * MINUTES_MS,
                             .next_word_at_ms = TIME_NONE,
                             .alarm = { .kind = kind,
                                        .subject = string_copy(subject),
                                        .cause = string_copy(cause),
                                        .raised_at_ms = t0,
                                        .told_at_ms = t0 + 40 * MINUTES_MS,
                                        .times = 3,
                                        .counted = 1432,
                                        .waiting = 34 } };
}

static struct texts
compose(struct message *message, bool late)
{
    const struct compose_context context = { .organisation = "Täby Nät",
                                             .page_url = "https://drift.example.se",
                                             .now_ms = t0 + HOURS_MS,
                                             .late = late };
    struct catalogue *catalogues[ARRAY_COUNT(languages)];
    struct texts texts = { 0 };

    for (size_t i = 0; i < ARRAY_COUNT(languages); i++) {
        assert_int_equal(catalogue_builtin(languages[i], &catalogues[i], NULL),
                         STATUS_OK);
    }
    texts_compose(catalogues, ARRAY_COUNT(languages), message, &context, &texts);
    for (size_t i = 0; i < ARRAY_COUNT(languages); i++) {
        catalogue_free(catalogues[i]);
    }
    message_clear(message);
    return texts;
}

static void
check_set(const struct text_set *set, const char *subject)
{
    const char *clock = strcmp(set->language, "en") == 0 ? "14:05" : "14.05";

    assert_memory_equal(set->title, "Budkavle: ", 10);
    assert_true(utf8_count_graphemes(set->title) <= 90);
    assert_true(gsm7_length(set->short_text) <= GSM7_SINGLE_PART);
    assert_non_null(strstr(set->long_text, "Täby Nät"));
    assert_non_null(strstr(set->long_text, clock));
    assert_non_null(strstr(set->short_text, clock));
    assert_non_null(strstr(set->long_text, subject));
    assert_null(strchr(set->long_text, '{'));
    assert_null(strchr(set->title, '{'));
    assert_null(strstr(set->long_text, "drift.example.se"));
    assert_null(strpbrk(set->title, "\r\n"));
}

static bool
is_about_something(int kind)
{
    return kind != ALARM_DISK_LOW && kind != ALARM_DISK_CRITICAL &&
           kind != ALARM_DATABASE_SET_ASIDE && kind != ALARM_CONFIGURATION &&
           kind != ALARM_CRASHES && kind != ALARM_PROMISE_NEAR && kind != ALARM_LAPSED;
}

static void
test_every_kind_in_every_language(void **state)
{
    (void)state;
    for (int kind = 0; kind < ALARM_KIND_COUNT; kind++) {
        const char *subject = is_about_something(kind) ? "bus" : "";

        for (int notice = NOTICE_ALARM; notice <= NOTICE_ALARM_OVER; notice++) {
            struct message message =
                alarm_message((enum notice)notice, (enum alarm_kind)kind, subject,
                              "401 Unauthorized");
            struct texts texts = compose(&message, false);

            for (size_t i = 0; i < texts.count; i++) {
                check_set(&texts.items[i], subject);
            }
            texts_clear(&texts);
        }
    }
}

static void
test_words_of_one(void **state)
{
    struct message message =
        alarm_message(NOTICE_ALARM, ALARM_CHANNEL_PAUSED, "bus", "401 Unauthorized");
    struct texts texts = compose(&message, true);

    (void)state;
    assert_string_equal(texts.items[1].title,
                        "Budkavle: Channel bus has been stopped by a fault");
    assert_string_equal(
        texts.items[1].long_text,
        "Budkavle, Täby Nät: Channel bus has been stopped by a fault since 14:05. 401 "
        "Unauthorized. 34 messages wait.\n\n"
        "Its login, its certificate or its address is not accepted. Nothing is sent "
        "there until a person has mended that. Nothing is lost.\n\n"
        "Mend it, then type: budkavle channel resume bus\n\n"
        "This is said again because it has not been dealt with.\n\n"
        "Written at 14:45.");
    assert_string_equal(
        texts.items[0].short_text,
        "Budkavle, Täby Nät: Kanalen bus står still på grund av ett fel sedan 14.05. 401 "
        "Unauthorized. 34 besked väntar. Skrivet kl. 14.45.");
    texts_clear(&texts);
}

static void
test_outside_words_break_nothing(void **state)
{
    struct buffer cause = { 0 };
    struct message message;
    struct texts texts;

    (void)state;
    buffer_add(&cause, "{subject}\r\nBcc: a@b.se\n\n[x] \u202Egnp ");
    for (int i = 0; i < 60; i++) {
        buffer_add(&cause, "åäö ");
    }
    message = alarm_message(NOTICE_ALARM, ALARM_SPOOL, "a{org}b\n\nc", cause.data);
    texts = compose(&message, false);
    for (size_t i = 0; i < texts.count; i++) {
        assert_null(strpbrk(texts.items[i].title, "\r\n"));
        assert_null(strpbrk(texts.items[i].short_text, "\r\n"));
        assert_null(strstr(texts.items[i].long_text, "\u202E"));
        assert_non_null(strstr(texts.items[i].long_text, "{subject} Bcc: a@b.se [x]"));
        assert_non_null(strstr(texts.items[i].long_text, "a{org}b c"));
        assert_true(gsm7_length(texts.items[i].short_text) <= GSM7_SINGLE_PART);
    }
    texts_clear(&texts);
    buffer_clear(&cause);
}

static int
set_zone(void **state)
{
    (void)state;
    return local_zone_set("Europe/Stockholm", NULL) == STATUS_OK ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_in_every_language),
        cmocka_unit_test(test_words_of_one),
        cmocka_unit_test(test_outside_words_break_nothing),
    };

    return cmocka_run_group_tests(tests, set_zone, NULL);
}
