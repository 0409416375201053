/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The tables of elements, and the walk that holds an alert to them. What one element
 * asks of another is cap_relations.c's.
 */
#include "codec/cap_rules.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "codec/cap_relations.h"
#include "codec/cap_values.h"
#include "model/cap.h"

#include <stdlib.h>
#include <string.h>

struct block;

/* One element of a block. The order of the rows is the order of the elements. */
struct rule {
    const char *name;
    bool required, repeats;
    const struct names *names;  /* it holds one of these words */
    const struct block *inside; /* it holds elements */
    bool (*is_good)(const char *text);
    const char *what; /* with is_good: what it is to be, for the sentence */
};

struct block {
    const struct rule *rules;
    size_t n_rules;
};

static bool
is_filled(const char *text)
{
    return text[0] != '\0';
}

/* cap12 identifies by these, in lists that blanks and commas separate. */
static bool
is_token(const char *text)
{
    return text[0] != '\0' && strpbrk(text, " \t\r\n,<&") == NULL;
}

static bool
is_time(const char *text)
{
    int64_t time_ms;

    return cap_time_parse(text, &time_ms);
}

/* BCP 47 as XML Schema has it: "sv", "en-US". */
static bool
is_language(const char *text)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t len = strspn(text, letters);

    if (strcspn(text, "0123456789") < len)
        return false;
    while (len >= 1 && len <= 8 && text[len] == '-') {
        text += len + 1;
        len = strspn(text, letters);
    }
    return len >= 1 && len <= 8 && text[len] == '\0';
}

static bool
is_whole_number(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static bool
is_decimal(const char *text)
{
    size_t sign = text[0] == '-' || text[0] == '+';
    size_t whole = strspn(text + sign, "0123456789");
    size_t point = text[sign + whole] == '.';
    size_t fraction = strspn(text + sign + whole + point, "0123456789");

    return whole + fraction > 0 && text[sign + whole + point + fraction] == '\0';
}

static bool
is_polygon(const char *text)
{
    struct strings words = { 0 };
    struct cap_position first, last;
    bool is_good;

    cap_words(text, &words);
    is_good = words.count >= 4;
    for (size_t i = 0; is_good && i < words.count; i++)
        is_good = cap_position_parse(words.items[i], i == 0 ? &first : &last);
    is_good = is_good && cap_position_equal(first, last);
    strings_clear(&words);
    return is_good;
}

static bool
is_circle(const char *text)
{
    struct cap_circle circle;

    return cap_circle_parse(text, &circle);
}

static bool
is_references(const char *text)
{
    struct strings words = { 0 };
    bool is_good;

    cap_words(text, &words);
    is_good = true; /* some senders write the element without any */
    for (size_t i = 0; is_good && i < words.count; i++) {
        struct cap_reference reference = { 0 };

        is_good = cap_reference_parse(words.items[i], &reference);
        cap_reference_clear(&reference);
    }
    strings_clear(&words);
    return is_good;
}

#define ANY(name)                                                                      \
    {                                                                                  \
        name, false, false, NULL, NULL, NULL, NULL                                     \
    }
#define MANY(name)                                                                     \
    {                                                                                  \
        name, false, true, NULL, NULL, NULL, NULL                                      \
    }
#define FILLED(name)                                                                   \
    {                                                                                  \
        name, true, false, NULL, NULL, is_filled, "a text"                             \
    }
#define WORD(name, names)                                                              \
    {                                                                                  \
        name, true, false, names, NULL, NULL, NULL                                     \
    }
#define FORM(name, is_good, what)                                                      \
    {                                                                                  \
        name, false, false, NULL, NULL, is_good, what                                  \
    }
#define FORMS(name, is_good, what)                                                     \
    {                                                                                  \
        name, false, true, NULL, NULL, is_good, what                                   \
    }
#define BLOCKS(name, block)                                                            \
    {                                                                                  \
        name, false, true, NULL, block, NULL, NULL                                     \
    }

static const char time_form[] =
    "a time of CAP such as 2026-11-23T09:10:00+01:00: whole seconds and an offset in "
    "numbers, never Z (UTC is -00:00), years 2000 to 2100";
static const char token_form[] =
    "a name: at least one character, and no blank, comma, < or &";

static const struct rule value_rules[] = {
    FILLED("valueName"),
    { "value", true, false, NULL, NULL, NULL, NULL },
};
static const struct block value_block = { value_rules, ARRAY_COUNT(value_rules) };

static const struct rule resource_rules[] = {
    FILLED("resourceDesc"),
    FILLED("mimeType"),
    FORM("size", is_whole_number, "a whole number of bytes"),
    ANY("uri"),
    ANY("derefUri"),
    ANY("digest"),
};
static const struct block resource_block = { resource_rules,
                                             ARRAY_COUNT(resource_rules) };

static const struct rule area_rules[] = {
    FILLED("areaDesc"),
    FORMS("polygon", is_polygon,
          "a polygon: at least four pairs of latitude,longitude in degrees with blanks "
          "between, the last one the same as the first"),
    FORMS("circle", is_circle,
          "a circle: latitude,longitude in degrees, a blank, and a radius in km"),
    BLOCKS("geocode", &value_block),
    FORM("altitude", is_decimal, "a number of feet"),
    FORM("ceiling", is_decimal, "a number of feet"),
};
static const struct block area_block = { area_rules, ARRAY_COUNT(area_rules) };

static const struct rule info_rules[] = {
    FORM("language", is_language, "a language tag such as sv or en-US"),
    { "category", true, true, &cap_category_names, NULL, NULL, NULL },
    FILLED("event"),
    { "responseType", false, true, &cap_response_names, NULL, NULL, NULL },
    WORD("urgency", &cap_urgency_names),
    WORD("severity", &cap_severity_names),
    WORD("certainty", &cap_certainty_names),
    ANY("audience"),
    BLOCKS("eventCode", &value_block),
    FORM("effective", is_time, time_form),
    FORM("onset", is_time, time_form),
    FORM("expires", is_time, time_form),
    ANY("senderName"),
    ANY("headline"),
    ANY("description"),
    ANY("instruction"),
    ANY("web"),
    ANY("contact"),
    BLOCKS("parameter", &value_block),
    BLOCKS("resource", &resource_block),
    BLOCKS("area", &area_block),
};
static const struct block info_block = { info_rules, ARRAY_COUNT(info_rules) };

static const struct rule alert_rules[] = {
    { "identifier", true, false, NULL, NULL, is_token, token_form },
    { "sender", true, false, NULL, NULL, is_token, token_form },
    { "sent", true, false, NULL, NULL, is_time, time_form },
    WORD("status", &cap_status_names),
    WORD("msgType", &cap_message_names),
    ANY("source"),
    WORD("scope", &cap_scope_names),
    ANY("restriction"),
    ANY("addresses"),
    MANY("code"),
    ANY("note"),
    FORM("references", is_references,
         "a list of earlier messages: sender,identifier,sent for each, with blanks "
         "between"),
    ANY("incidents"),
    BLOCKS("info", &info_block),
};
static const struct block alert_block = { alert_rules, ARRAY_COUNT(alert_rules) };

static void
fault_found(struct reader *reader, const char *text, const char *what)
{
    char *shown = utf8_printable(text, strlen(text), 60);

    reader_fault(reader, "\"%s\" is not %s", shown, what);
    free(shown);
}

static void
check_word(const struct rule *rule, const char *text, struct reader *reader)
{
    struct buffer what = { 0 };

    if (name_find(rule->names, text) >= 0)
        return;
    buffer_add(&what, "allowed; allowed are ");
    names_list(rule->names, &what);
    fault_found(reader, text, what.data);
    buffer_clear(&what);
}

/* White space around a value is the work of printers; words are compared as they are. */
static void
check_value(const struct rule *rule, const struct cap_element *element,
            struct reader *reader)
{
    const char *whole = element->text.data == NULL ? "" : element->text.data;
    char *text = cap_own_text(element);

    if (element->first != NULL)
        reader_fault(reader, "holds <%s>; it is to hold text", element->first->name);
    else if (rule->names != NULL)
        check_word(rule, whole, reader);
    else if (rule->is_good != NULL && !rule->is_good(text == NULL ? "" : text))
        fault_found(reader, text == NULL ? "" : text, rule->what);
    free(text);
}

static void check_block(const struct block *block, const struct cap_element *parent,
                        struct reader *reader);

static void
check_inside(const struct rule *rule, const struct cap_element *element,
             struct reader *reader)
{
    char *text = cap_own_text(element);

    check_block(rule->inside, element, reader);
    if (text != NULL)
        fault_found(reader, text, "expected here, between elements");
    free(text);
}

static size_t
find_rule(const struct block *block, const char *name)
{
    size_t i = 0;

    while (i < block->n_rules && strcmp(block->rules[i].name, name) != 0)
        i++;
    return i;
}

static void
check_required(const struct block *block, const struct cap_element *parent,
               struct reader *reader)
{
    reader->line = parent->line;
    for (size_t i = 0; i < block->n_rules; i++) {
        size_t mark;

        if (!block->rules[i].required || cap_child(parent, block->rules[i].name))
            continue;
        mark = reader_enter_key(reader, block->rules[i].name);
        reader_fault(reader, "is missing in <%s>", parent->name);
        reader_leave(reader, mark);
    }
}

/* A signature may stand at the end of the alert (OASIS CAP 1.2, 3.3.4.1); nothing else
 * of other vocabularies may. */
static void
check_foreign(const struct cap_element *element, struct reader *reader)
{
    static const char signatures[] = "http://www.w3.org/2000/09/xmldsig#";

    if (element->parent->parent != NULL || strcmp(element->name_space, signatures) != 0)
        reader_fault(reader, "is no element of CAP 1.2 (its namespace is \"%.80s\")",
                     element->name_space);
}

static void
check_place(const struct block *block, size_t index, size_t *furthest,
            const struct cap_element *element, struct reader *reader)
{
    const struct rule *rule = &block->rules[index];

    if (index < *furthest)
        reader_fault(reader, "stands behind <%s>; it belongs before it",
                     block->rules[*furthest].name);
    else if (!rule->repeats && index == *furthest &&
             cap_child(element->parent, rule->name) != element)
        reader_fault(reader, "stands more than once in <%s>", element->parent->name);
    else
        *furthest = index;
}

static void
check_element(const struct block *block, size_t *furthest,
              const struct cap_element *element, struct reader *reader)
{
    size_t index = find_rule(block, element->name);

    if (index == block->n_rules) {
        reader_fault(reader, "is no element of <%s>", element->parent->name);
        return;
    }
    check_place(block, index, furthest, element, reader);
    if (block->rules[index].inside != NULL)
        check_inside(&block->rules[index], element, reader);
    else
        check_value(&block->rules[index], element, reader);
}

static void
check_block(const struct block *block, const struct cap_element *parent,
            struct reader *reader)
{
    size_t furthest = 0;

    for (const struct cap_element *element = parent->first; element != NULL;
         element = element->next) {
        size_t mark = reader_enter_key(reader, element->name);

        reader->line = element->line;
        if (element->name_space != NULL)
            check_foreign(element, reader);
        else
            check_element(block, &furthest, element, reader);
        reader_leave(reader, mark);
    }
    check_required(block, parent, reader);
}

void
cap_check(const struct cap_element *alert, struct reader *reader)
{
    const struct rule rule = { "alert", true, false, NULL, &alert_block, NULL, NULL };

    check_inside(&rule, alert, reader);
    if (reader->n_faults == 0)
        cap_check_relations(alert, reader);
    reader->line = 0;
}
