/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * `budkavle lint`: the rules of plain language over a text that a person wrote. Needs no
 * daemon.
 */
#include "ctl/session.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "text/gsm7.h"
#include "text/length.h"
#include "text/plain.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct linting {
    const char *language;
    bool sms;
    bool measured; /* against rule */
    struct length_rule rule;
};

static bool
read_length(struct linting *linting)
{
    struct error error = { 0 };

    linting->measured = true;
    if (length_rule_parse(optarg, &linting->rule, &error) != STATUS_OK) {
        fprintf(stderr, "budkavle: %s\n", error.text);
        return false;
    }
    return true;
}

/* False after saying what is wrong. */
static bool
read_options(const struct session *session, int argc, char **argv,
             struct linting *linting)
{
    static const struct option options[] = {
        { "language", required_argument, NULL, 'l' },
        { "length", required_argument, NULL, 'n' },
        { "sms", no_argument, NULL, 's' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "l:n:s", options, NULL)) != -1) {
        switch (option) {
        case 'l':
            linting->language = optarg;
            break;
        case 'n':
            if (!read_length(linting)) {
                return false;
            }
            break;
        case 's':
            linting->sms = true;
            break;
        default:
            usage_fault(session, "unknown option", NULL);
            return false;
        }
    }
    if (argc - optind != 1) {
        usage_fault(session, "give one file, or - for standard input", NULL);
        return false;
    }
    return true;
}

/* A text's length by the rule that was given. */
struct measure {
    const struct length_rule *rule; /* NULL: none was given */
    bool fits;
    char *words;
};

static void
measure(const struct linting *linting, const char *text, struct measure *measure)
{
    struct text_length length;
    char *words;

    *measure = (struct measure){ .fits = true };
    if (!linting->measured) {
        return;
    }
    measure->rule = &linting->rule;
    measure->fits = length_fits(&linting->rule, text);
    length_measure(&linting->rule, text, &length);
    words = length_text(&linting->rule, &length);
    measure->words = string_format(
        "%s: %s%s", words, measure->fits ? "it fits" : "it does not fit",
        !measure->fits && length.encoding != NULL && !linting->rule.ucs2 &&
                gsm7_length(text) < 0
            ? "; a character is outside of GSM-7, and ucs2 was not asked for"
            : "");
    free(words);
}

static void
print_json(const struct reading *reading, const struct plain_findings *findings,
           const struct measure *measure)
{
    json_t *rows = json_array();
    json_t *whole = json_object();

    for (size_t i = 0; i < findings->count; i++) {
        json_array_append_new(rows, json_pack("{s:s, s:s}", "rule",
                                              plain_code(findings->items[i].rule),
                                              "problem", findings->items[i].problem));
    }
    json_object_set_new(whole, "words", json_integer((json_int_t)reading->words));
    json_object_set_new(whole, "lix", json_real(plain_lix(reading)));
    json_object_set_new(whole, "flesch", json_real(plain_flesch(reading)));
    json_object_set_new(whole, "findings", rows);
    if (measure->rule != NULL) {
        json_object_set_new(whole, "length", json_string(measure->words));
        json_object_set_new(whole, "fits", json_boolean(measure->fits));
    }
    json_dumpf(whole, stdout,
               JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(3));
    putchar('\n');
    json_decref(whole);
}

static void
print_plain(const struct reading *reading, const struct plain_findings *findings,
            const struct measure *measure)
{
    for (size_t i = 0; i < findings->count; i++) {
        printf("%s: %s\n", plain_code(findings->items[i].rule),
               findings->items[i].problem);
    }
    printf("%zu words in %zu sentences, LIX %.0f, Flesch %.0f: %s\n", reading->words,
           reading->sentences, plain_lix(reading), plain_flesch(reading),
           findings->count == 0 ? "nothing to mend" : "E must be mended, W might be");
    if (measure->rule != NULL) {
        printf("%s\n", measure->words);
    }
}

static int
lint(const struct session *session, const struct linting *linting,
     const struct catalogue *catalogue, const char *text)
{
    const struct plain_subject subject = { .catalogue = catalogue,
                                           .text = text,
                                           .short_form = linting->sms };
    struct plain_findings findings = { 0 };
    struct reading reading;
    struct measure length;
    size_t stopped = plain_check(&subject, &findings);

    plain_read(catalogue, text, &reading);
    measure(linting, text, &length);
    if (session->json) {
        print_json(&reading, &findings, &length);
    } else {
        print_plain(&reading, &findings, &length);
    }
    plain_findings_clear(&findings);
    free(length.words);
    return stopped == 0 && length.fits ? CTL_OK : CTL_FAILED;
}

int
command_lint(struct session *session, int argc, char **argv)
{
    struct linting linting = { .language = CATALOGUE_DEFAULT_LANGUAGE };
    struct buffer content = { 0 };
    struct catalogue *catalogue = NULL;
    struct error error = { 0 };
    int exit_code = CTL_FAILED;

    if (!read_options(session, argc, argv, &linting)) {
        return CTL_USAGE;
    }
    if (catalogue_builtin(linting.language, &catalogue, &error) != STATUS_OK) {
        fprintf(stderr, "budkavle: %s\n", error.text);
        return CTL_USAGE;
    }
    if (read_input(argv[optind], &content)) {
        buffer_add(&content, "");
        if (utf8_is_valid(content.data, content.len) &&
            strlen(content.data) == content.len) {
            char *text = utf8_normalise(content.data);

            exit_code = lint(session, &linting, catalogue, text);
            free(text);
        } else {
            fprintf(stderr, "budkavle: %s is not UTF-8 text; save it as UTF-8\n",
                    argv[optind]);
        }
    }
    buffer_clear(&content);
    catalogue_free(catalogue);
    return exit_code;
}
