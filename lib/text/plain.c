/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of rules: their codes, and the order in which they are looked at. */
#include "text/plain.h"

#include "base/memory.h"
#include "text/plain_rules.h"

#include <stdlib.h>
#include <string.h>

const char *
plain_list(const struct check *check, const char *key)
{
    return catalogue_phrase(check->subject->catalogue, key);
}

void
plain_find(struct check *check, const char *format, ...)
{
    struct plain_findings *findings = check->findings;
    struct buffer problem = { 0 };
    va_list arguments;

    va_start(arguments, format);
    buffer_addv(&problem, format, arguments);
    va_end(arguments);
    findings->items =
        memory_resize(findings->items, findings->count + 1, sizeof(*findings->items));
    findings->items[findings->count++] = (struct plain_finding){
        .rule = check->rule,
        .problem = buffer_take(&problem),
    };
    check->stopped += plain_stops(check->rule) ? 1 : 0;
}

bool
plain_has_clock(const struct check *check)
{
    for (size_t i = 0; i < check->tokens.count; i++) {
        if (check->tokens.items[i].kind == TOKEN_CLOCK) {
            return true;
        }
    }
    return false;
}

static const struct {
    const char *code;
    void (*look)(struct check *check);
} rules[PLAIN_RULE_COUNT] = {
    [PLAIN_SENDER] = { "E1", plain_check_sender },
    [PLAIN_PLACE] = { "E2", plain_check_place },
    [PLAIN_CLOCK] = { "E3", plain_check_clock },
    [PLAIN_NEXT_WORD] = { "E4", plain_check_next_word },
    [PLAIN_CHANGED_TIME] = { "E5", plain_check_changed_time },
    [PLAIN_ONE_SMS] = { "E6", plain_check_one_sms },
    [PLAIN_SLOT] = { "E7", plain_check_slot },
    [PLAIN_DIFFICULT] = { "E8", plain_check_difficult },
    [PLAIN_SENTENCE] = { "E9", plain_check_sentence },
    [PLAIN_QUESTION] = { "E10", plain_check_question },
    [PLAIN_IMPERATIVE] = { "E11", plain_check_imperative },
    [PLAIN_LINK] = { "E12", plain_check_link },
    [PLAIN_GUESS] = { "E13", plain_check_guess },
    [PLAIN_EXERCISE] = { "E14", plain_check_exercise },
    [PLAIN_WORD] = { "W1", plain_check_word },
    [PLAIN_PASSIVE] = { "W2", plain_check_passive },
    [PLAIN_NOUN] = { "W3", plain_check_noun },
    [PLAIN_PERSON] = { "W4", plain_check_person },
    [PLAIN_DAY] = { "W5", plain_check_day },
    [PLAIN_NUMBERS] = { "W6", plain_check_numbers },
    [PLAIN_CAPITALS] = { "W7", plain_check_capitals },
    [PLAIN_APOLOGY] = { "W8", plain_check_apology },
};

const char *
plain_code(enum plain_rule rule)
{
    return rules[rule].code;
}

bool
plain_stops(enum plain_rule rule)
{
    return rules[rule].code[0] == 'E';
}

static int
longer_first(const void *a, const void *b)
{
    size_t x = strlen(*(char *const *)a), y = strlen(*(char *const *)b);

    return (x < y) - (x > y);
}

/* How hard the words are. Names of places are as they are, and a row of them is no
 * sentence to be cut up, however many there are. */
static void
read_words(const struct plain_subject *subject, struct reading *reading)
{
    struct strings names = { 0 };
    char *text = string_copy(subject->text);

    if (subject->message != NULL) {
        plain_place_names(subject->message, &names);
    }
    if (names.count > 0) {
        qsort(names.items, names.count, sizeof(*names.items), longer_first);
    }
    for (size_t i = 0; i < names.count; i++) {
        size_t len = strlen(names.items[i]);

        for (char *at = text; len > 0 && (at = strstr(at, names.items[i])) != NULL;) {
            memset(at, ' ', len);
            at += len;
            if (strncmp(at, " (", 2) == 0) { /* how many are there */
                memset(at, ' ', strcspn(at, ")"));
            }
        }
    }
    plain_read(subject->catalogue, text, reading);
    strings_clear(&names);
    free(text);
}

size_t
plain_check(const struct plain_subject *subject, struct plain_findings *findings)
{
    struct check check = { .subject = subject, .findings = findings };

    tokens_read(subject->text, plain_list(&check, "plain.abbreviations"),
                &check.tokens);
    read_words(subject, &check.reading);
    for (int rule = 0; rule < PLAIN_RULE_COUNT; rule++) {
        check.rule = (enum plain_rule)rule;
        rules[rule].look(&check);
    }
    tokens_clear(&check.tokens);
    return check.stopped;
}

void
plain_findings_clear(struct plain_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        free(findings->items[i].problem);
    }
    free(findings->items);
    *findings = (struct plain_findings){ 0 };
}

static bool
is_said_before(const struct plain_findings *findings, size_t n, const char *problem)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(findings->items[i].problem, problem) == 0) {
            return true;
        }
    }
    return false;
}

void
plain_findings_unique(struct plain_findings *findings)
{
    size_t kept = 0;

    for (size_t i = 0; i < findings->count; i++) {
        if (is_said_before(findings, kept, findings->items[i].problem)) {
            free(findings->items[i].problem);
        } else {
            findings->items[kept++] = findings->items[i];
        }
    }
    findings->count = kept;
}
