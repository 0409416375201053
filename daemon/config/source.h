/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The configuration as it was written: sections, options and their values, each with
 * its file and line, nothing of it understood yet. libConfuse does the grammar and is
 * seen by grammar.c only.
 */
#ifndef BUDKAVLE_CONFIG_SOURCE_H
#define BUDKAVLE_CONFIG_SOURCE_H

#include "config/options.h"

struct entry {
    char *name;
    const char *file; /* of the source's files; NULL: the main file */
    size_t line;
    struct strings values; /* may be empty: an empty list was given */
};

struct section {
    char *name;  /* "" for what stands outside of sections */
    char *title; /* NULL: none */
    const char *file;
    size_t line;
    struct entry *entries;
    size_t n_entries;
};

/* Valid when zeroed. */
struct source {
    struct section *sections;
    size_t n_sections;
    struct strings files; /* the other files, by their paths */
    bool is_broken; /* the grammar stopped somewhere: what is missing means nothing */
    const struct config_copy *given; /* read from it instead of the disk; NULL */
    struct config_copy *record;      /* what was read is added to it; NULL */
    bool salvage; /* what is no valid file is parsed as far as it goes */
};

struct drivers {
    const struct driver_options *items;
    size_t count;
};

/* Adds the main file and the .conf files of conf.d/ beside it, in the order of their
 * names: a later one replaces options, and adds titled sections. */
void source_load(struct source *source, const char *main_file,
                 const struct drivers *drivers, struct faults *faults);
void source_clear(struct source *source);

/* The first such section, or NULL. */
const struct section *source_find(const struct source *source, const char *name);
const struct entry *section_find(const struct section *section, const char *name);

/* For building a source. Each returns what was added, valid until the next add. */
struct section *source_add(struct source *source, const char *name, const char *title);
struct entry *section_add(struct section *section, const char *name);
void entry_set(struct entry *entry, const struct strings *values);

/* `channel "mail" relay`: how faults name an option; option NULL: the section. Caller
 * frees. */
char *section_path(const struct section *section, const char *option);

/* Adds a fault that stands in file (NULL: the main one). */
void source_fault(struct faults *faults, const char *file, size_t line,
                  const struct section *section, const char *option, const char *format,
                  ...) __attribute__((format(printf, 6, 7)));

/* The file's text with comments blanked out (libConfuse takes none within lists and
 * counts their lines twice); caller frees. On failure *error says why and *bad_line
 * where (0: the file as a whole); *text is there all the same when it could be read. */
enum status source_text(const char *path, char **text, size_t *bad_line,
                        struct error *error);

/* Adds what the text says to *piece, and its faults, all without a file. */
void grammar_parse(const char *text, const struct drivers *drivers,
                   struct source *piece, struct faults *faults);

#endif
