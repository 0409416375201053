/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From files to a catalogue: a whole one, and what an officer changed in it. Strict: a
 * catalogue with a fault is not used, and every fault is told with its file and line.
 */
#include "text/catalogue.h"

#include "base/memory.h"
#include "text/catalogue_builtin.h"
#include "text/catalogue_check.h"
#include "text/catalogue_parse.h"
#include "text/script.h"

#include <string.h>

static size_t
count_lines(const struct catalogue_source *source)
{
    size_t n = 1;

    for (size_t i = 0; i + 1 < source->len; i++) {
        n += source->text[i] == '\n' ? 1 : 0;
    }
    return n;
}

static void
read_whole(struct parser *parser, const struct catalogue_source *whole)
{
    parser->first_line = 1;
    parser->is_local = false;
    parser_read(parser, whole->text, whole->len);
}

/* Twice: its blocks before the sentences that include them, the rest behind the phrases
 * and notices that it replaces. */
static void
read_local(struct parser *parser, const struct catalogue_source *local, bool blocks)
{
    parser->first_line = parser->catalogue->local_first_line;
    parser->is_local = true;
    parser->only_blocks = blocks;
    parser_read(parser, local->text, local->len);
    parser->only_blocks = false;
}

enum status
catalogue_read(const char *language, const struct catalogue_source *whole,
               const struct catalogue_source *local, struct catalogue **catalogue,
               struct faults *faults)
{
    struct catalogue *made = memory_alloc(sizeof(*made));
    struct catalogue_faults found = { .catalogue = made, .faults = faults };
    struct parser parser = { .faults = &found, .catalogue = made };
    size_t last_line = count_lines(whole);

    made->language = string_copy(language);
    made->file_name = string_copy(whole->file_name);
    made->local_file_name = local ? string_copy(local->file_name) : NULL;
    made->local_first_line = last_line + 1;
    if (local) {
        read_local(&parser, local, true);
    }
    read_whole(&parser, whole);
    if (local) {
        read_local(&parser, local, false);
    }
    parser_end(&parser);
    catalogue_check(made, last_line, &found);
    *catalogue = made;
    if (found.count > 0) {
        catalogue_free(made);
        *catalogue = NULL;
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

enum status
catalogue_parse(const char *language, const char *file_name, const char *text,
                size_t len, struct catalogue **catalogue, struct error *error)
{
    const struct catalogue_source whole = { file_name, text, len };
    struct faults faults = { 0 };
    struct buffer told = { 0 };
    enum status status = catalogue_read(language, &whole, NULL, catalogue, &faults);

    for (size_t i = 0; i < faults.count; i++) {
        buffer_addf(&told, "%s%s", i > 0 ? "; " : "", faults.items[i].problem);
    }
    if (status != STATUS_OK) {
        error_set(error, status, "%s", told.data);
    }
    buffer_clear(&told);
    faults_clear(&faults);
    return status;
}

/* The row of the language itself, else of what it is a variety of: "en-GB" is English
 * (RFC 4647, lookup). */
static const struct catalogue_builtin *
find_builtin(const char *language)
{
    size_t len = strlen(language);

    while (len > 0) {
        for (const struct catalogue_builtin *row = catalogue_builtins; row->language;
             row++) {
            if (strlen(row->language) == len &&
                strncmp(row->language, language, len) == 0) {
                return row;
            }
        }
        do {
            len--;
        } while (len > 0 && language[len] != '-');
    }
    return NULL;
}

bool
catalogue_builtin_source(const char *language, struct catalogue_source *source)
{
    const struct catalogue_builtin *row = find_builtin(language);

    if (!row) {
        return false;
    }
    *source = (struct catalogue_source){ row->file_name, row->text, strlen(row->text) };
    return true;
}

void
catalogue_languages(struct strings *languages)
{
    for (const struct catalogue_builtin *row = catalogue_builtins; row->language;
         row++) {
        strings_add(languages, row->language);
    }
}

enum status
catalogue_no_builtin(const char *language, struct error *error)
{
    struct strings languages = { 0 };
    struct buffer list = { 0 };

    catalogue_languages(&languages);
    for (size_t i = 0; i < languages.count; i++) {
        buffer_addf(&list, "%s%s",
                    i == 0                    ? ""
                    : i + 1 < languages.count ? ", "
                                              : " and ",
                    languages.items[i]);
    }
    error_set(error, STATUS_NOT_FOUND,
              "there is no catalogue for language \"%s\"; there are %s", language,
              list.data);
    strings_clear(&languages);
    buffer_clear(&list);
    return STATUS_NOT_FOUND;
}

enum status
catalogue_builtin(const char *language, struct catalogue **catalogue,
                  struct error *error)
{
    struct catalogue_source source;

    *catalogue = NULL;
    if (!catalogue_builtin_source(language, &source)) {
        return catalogue_no_builtin(language, error);
    }
    return catalogue_parse(language, source.file_name, source.text, source.len,
                           catalogue, error);
}
