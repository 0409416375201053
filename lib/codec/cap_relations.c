/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rules between elements: what a scope, a type of message or a ceiling asks for, what
 * references may name, and that times and languages go together.
 */
#include "codec/cap_relations.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "codec/cap_values.h"
#include "model/cap.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A fault about the child of that name; on its line if it is there. */
static void
fault_at(struct reader *reader, const struct cap_element *parent, const char *name,
         const char *problem)
{
    const struct cap_element *child = cap_child(parent, name);
    size_t mark = reader_enter_key(reader, name);

    reader->line = child == NULL ? parent->line : child->line;
    reader_fault(reader, "%s", problem);
    reader_leave(reader, mark);
}

static bool
has_text(const struct cap_element *parent, const char *name)
{
    char *text = cap_text(parent, name);
    bool has = text != NULL;

    free(text);
    return has;
}

static bool
is_word(const struct cap_element *parent, const char *name, const char *word)
{
    char *text = cap_text(parent, name);
    bool is = string_equal(text, word);

    free(text);
    return is;
}

/* An element with this word asks for another one that is not empty. */
static const struct {
    const char *name, *word, *needs, *problem;
} needs[] = {
    { "scope", "Restricted", "restriction",
      "is missing or empty; a Restricted scope says to whom it is restricted" },
    { "scope", "Private", "addresses",
      "is missing or empty; a Private scope says to whom it is addressed" },
    { "msgType", "Update", "references",
      "is missing or empty; an Update names the earlier messages that it replaces" },
    { "msgType", "Cancel", "references",
      "is missing or empty; a Cancel names the earlier messages that it takes back" },
    { "msgType", "Ack", "references",
      "is missing or empty; an Ack names the messages that it is about" },
    { "msgType", "Error", "references",
      "is missing or empty; an Error names the messages that it is about" },
};

static void
check_needs(const struct cap_element *alert, struct reader *reader)
{
    for (size_t i = 0; i < ARRAY_COUNT(needs); i++) {
        if (is_word(alert, needs[i].name, needs[i].word) &&
            !has_text(alert, needs[i].needs))
            fault_at(reader, alert, needs[i].needs, needs[i].problem);
    }
}

static void
check_reference(const struct cap_element *alert, const char *word, int64_t sent_ms,
                struct reader *reader)
{
    struct cap_reference reference = { 0 };
    char *shown = utf8_printable(word, strlen(word), 100);
    char *problem = NULL;

    if (!cap_reference_parse(word, &reference))
        fatal("cap: a reference that was checked has no form");
    if (is_word(alert, "identifier", reference.identifier) &&
        is_word(alert, "sender", reference.sender))
        problem =
            string_format("\"%s\" is the message itself; it names earlier ones", shown);
    else if (reference.sent_ms > sent_ms)
        problem = string_format("\"%s\" is of a later time than the message's own sent",
                                shown);
    if (problem != NULL)
        fault_at(reader, alert, "references", problem);
    free(problem);
    free(shown);
    cap_reference_clear(&reference);
}

static int64_t
time_of(const struct cap_element *parent, const char *name)
{
    char *text = cap_text(parent, name);
    int64_t time_ms = TIME_NONE;

    if (text != NULL && !cap_time_parse(text, &time_ms))
        time_ms = TIME_NONE;
    free(text);
    return time_ms;
}

static void
check_references(const struct cap_element *alert, struct reader *reader)
{
    char *text = cap_text(alert, "references");
    struct strings words = { 0 };

    if (text != NULL)
        cap_words(text, &words);
    for (size_t i = 0; i < words.count; i++)
        check_reference(alert, words.items[i], time_of(alert, "sent"), reader);
    strings_clear(&words);
    free(text);
}

/* "en-US" where nothing is said (OASIS CAP 1.2, 3.2.2). */
static char *
language_of(const struct cap_element *info)
{
    char *language = cap_text(info, "language");

    return language != NULL ? language : string_copy("en-US");
}

/* One language is one text: several events are several messages. */
static void
check_language(const struct cap_element *info, struct reader *reader)
{
    char *language = language_of(info);
    const struct cap_element *other = cap_child(info->parent, "info");

    for (; other != NULL && other != info; other = cap_next(other)) {
        char *before = language_of(other);
        bool is_same = strcasecmp(before, language) == 0;

        free(before);
        if (is_same) {
            char *problem = string_format(
                "\"%.40s\" has an <info> already (line %zu); each language has one, and "
                "several events are sent as several messages",
                language, other->line);

            fault_at(reader, info, "language", problem);
            free(problem);
            break;
        }
    }
    free(language);
}

static void
check_area(const struct cap_element *area, struct reader *reader)
{
    size_t mark = reader_enter_key(reader, "area");

    if (has_text(area, "ceiling") && !has_text(area, "altitude"))
        fault_at(reader, area, "altitude", "is missing; a ceiling needs it");
    reader_leave(reader, mark);
}

static void
check_info(const struct cap_element *info, struct reader *reader)
{
    size_t mark = reader_enter_key(reader, "info");
    int64_t sent_ms = time_of(info->parent, "sent");
    int64_t expires_ms = time_of(info, "expires");

    if (expires_ms != TIME_NONE && expires_ms <= sent_ms)
        fault_at(reader, info, "expires", "is not later than the message's own sent");
    check_language(info, reader);
    for (const struct cap_element *area = cap_child(info, "area"); area != NULL;
         area = cap_next(area))
        check_area(area, reader);
    reader_leave(reader, mark);
}

void
cap_check_relations(const struct cap_element *alert, struct reader *reader)
{
    check_needs(alert, reader);
    check_references(alert, reader);
    for (const struct cap_element *info = cap_child(alert, "info"); info != NULL;
         info = cap_next(info))
        check_info(info, reader);
}
