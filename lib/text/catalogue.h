/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A catalogue: everything the program says in one language, as data that a
 * communications officer can edit. The format is described at the top of each
 * catalogue file (lib/text/catalogues/). Built-in catalogues are part of the program.
 */
#ifndef BUDKAVLE_TEXT_CATALOGUE_H
#define BUDKAVLE_TEXT_CATALOGUE_H

#include "base/status.h"
#include "base/strings.h"
#include "model/fault.h"
#include "model/names.h"

#include <stdbool.h>
#include <stdint.h>

struct catalogue;

/*
 * Parses a catalogue. Every fault is told with file_name and line: an unknown field,
 * a missing notice, a bad plural. On failure *catalogue is NULL.
 */
enum status catalogue_parse(const char *language, const char *file_name,
                            const char *text, size_t len, struct catalogue **catalogue,
                            struct error *error);

/* A file's text, and what faults call the file. Borrowed. */
struct catalogue_source {
    const char *file_name;
    const char *text;
    size_t len;
};

/*
 * Parses a whole catalogue, and over it a file that changes single phrases, notices and
 * blocks (local; NULL: none). Each fault is one of *faults, "file:line: problem".
 */
enum status catalogue_read(const char *language, const struct catalogue_source *whole,
                           const struct catalogue_source *local,
                           struct catalogue **catalogue, struct faults *faults);

/* The language of a person who has not said which. */
#define CATALOGUE_DEFAULT_LANGUAGE "sv"

/* The built-in one for "sv", or for what "en-GB" is a variety of; STATUS_NOT_FOUND names
 * those there are. */
enum status catalogue_builtin(const char *language, struct catalogue **catalogue,
                              struct error *error);
/* Its text; false: there is none. And the sentence for that. */
bool catalogue_builtin_source(const char *language, struct catalogue_source *source);
enum status catalogue_no_builtin(const char *language, struct error *error);
/* Adds the languages that there is a built-in catalogue for. */
void catalogue_languages(struct strings *languages);

void catalogue_free(struct catalogue *catalogue);
const char *catalogue_language(const struct catalogue *catalogue);

/* A plain phrase such as "page.title", "kind.power" or "cause.tree". NULL if absent. */
const char *catalogue_phrase(const struct catalogue *catalogue, const char *key);

/* The phrase "family.name" for a value of ours, such as status.confirmed; its bare name
 * where there is none. */
const char *catalogue_value(const struct catalogue *catalogue, const char *family,
                            const struct names *names, int value);

/* "1 kund", "1 432 kunder": phrase key.one or key.other with {n} filled in, the number
 * grouped as the language does. Caller frees. */
char *catalogue_plural(const struct catalogue *catalogue, const char *key, int64_t n);

/* "1 432": the number grouped as the language does. Caller frees. */
char *catalogue_number(const struct catalogue *catalogue, int64_t n);

#endif
