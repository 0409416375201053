/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libConfuse: text to sections and options with their lines. Every option is a list of
 * strings to it, so that it finds fault with the grammar only; all else is checked
 * later, where all faults can be collected.
 *
 * libConfuse stops at a name it does not know. Therefore the text is parsed again with
 * each unknown name added as a placeholder; what stands at a placeholder is a fault.
 */
#include "config/source.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "config/suggest.h"

#include <confuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An option of every section whose default makes libConfuse call us when the section
 * opens, the only moment that knows its line. The name cannot be written by mistake. */
#define OPENING " opening"

enum {
    MAX_TRIES = FAULTS_MAX + 1,
    MAX_SPECS = 512
};

enum placeholder_kind {
    PLACEHOLDER_OPTION,
    PLACEHOLDER_SECTION,
    PLACEHOLDER_TITLED
};

struct placeholder {
    char *section;
    char *name;
    enum placeholder_kind kind;
};

struct reading {
    const struct drivers *drivers;
    struct placeholder *placeholders;
    size_t n_placeholders;
    bool again; /* a placeholder was added or changed */
    /* Of the present try: */
    struct source *piece;
    struct faults *faults;
    cfg_t *root, *open; /* borrowed; open: the section that is being read, or NULL */
    size_t section;     /* its index in piece */
};

/* libConfuse's callbacks carry no context. Set while grammar_parse runs, which never
 * runs inside itself. */
static struct reading *reading;

static struct placeholder *
find_placeholder(const char *section, const char *name)
{
    for (size_t i = 0; i < reading->n_placeholders; i++) {
        struct placeholder *placeholder = &reading->placeholders[i];

        if (strcmp(placeholder->section, section) == 0 &&
            strcmp(placeholder->name, name) == 0) {
            return placeholder;
        }
    }
    return NULL;
}

static void
add_placeholder(const char *section, const char *name)
{
    struct placeholder *placeholder = NULL;

    reading->placeholders =
        memory_resize(reading->placeholders, reading->n_placeholders + 1,
                      sizeof(*reading->placeholders));
    placeholder = &reading->placeholders[reading->n_placeholders++];
    *placeholder = (struct placeholder){ .section = string_copy(section),
                                         .name = string_copy(name) };
}

static struct section *
current_section(void)
{
    return &reading->piece->sections[reading->section];
}

static const char *
name_of_section(const cfg_t *cfg)
{
    return cfg == reading->root ? "" : cfg->name;
}

/* Turns a placeholder into another kind when that is what the text needs. */
static bool
change_placeholder(const char *section, const char *name, enum placeholder_kind from,
                   enum placeholder_kind to)
{
    struct placeholder *placeholder = find_placeholder(section, name);

    if (placeholder == NULL || placeholder->kind != from || section[0] != '\0') {
        return false;
    }
    placeholder->kind = to;
    return true;
}

/* The sentences of libConfuse that mean an unknown name, and not a fault of grammar. */
static bool
learn_name(const char *section, const char *format, va_list arguments)
{
    static const struct {
        const char *format;
        enum placeholder_kind from, to;
    } changes[] = {
        { "missing equal sign after option '%s'", PLACEHOLDER_OPTION,
          PLACEHOLDER_SECTION },
        { "missing opening brace for section '%s'", PLACEHOLDER_SECTION,
          PLACEHOLDER_TITLED },
    };

    if (strcmp(format, "no such option '%s'") == 0) {
        const char *name = va_arg(arguments, const char *);

        if (find_placeholder(section, name) != NULL) {
            return false;
        }
        add_placeholder(section, name);
        return true;
    }
    for (size_t i = 0; i < ARRAY_COUNT(changes); i++) {
        if (strcmp(format, changes[i].format) == 0) {
            return change_placeholder(section, va_arg(arguments, const char *),
                                      changes[i].from, changes[i].to);
        }
    }
    return false;
}

static void on_error(cfg_t *cfg, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static void
on_error(cfg_t *cfg, const char *format, va_list arguments)
{
    char text[ERROR_TEXT_SIZE];
    const char *section = name_of_section(cfg);
    va_list copy;

    va_copy(copy, arguments);
    reading->again = learn_name(section, format, copy);
    va_end(copy);
    if (reading->again) {
        return;
    }
    vsnprintf(text, sizeof(text), format, arguments);
    reading->piece->is_broken = true;
    source_fault(reading->faults, NULL, (size_t)cfg->line, current_section(), NULL,
                 "%s; nothing behind it was read", text);
}

/* Escapes such as \xff can write what is not UTF-8: then a printable form. Caller frees. */
static char *
valid_text(const char *text)
{
    size_t len = strlen(text);

    return utf8_is_valid(text, len) ? string_copy(text)
                                    : utf8_printable(text, len, ERROR_TEXT_SIZE);
}

static int
on_opening(cfg_t *cfg, cfg_opt_t *option, const char *value, void *result)
{
    struct placeholder *unknown = find_placeholder("", cfg->name);
    char *title = cfg->title == NULL ? NULL : valid_text(cfg->title);
    struct section *section = source_add(reading->piece, cfg->name, title);

    (void)option;
    free(title);
    *(const char **)result = value;
    section->line = (size_t)cfg->line;
    reading->open = cfg;
    reading->section = reading->piece->n_sections - 1;
    if (unknown != NULL) {
        struct buffer hint = { 0 };

        suggest_section(cfg->name, &hint);
        source_fault(reading->faults, NULL, section->line, section, NULL,
                     "there is no such section%s", hint.data == NULL ? "" : hint.data);
        buffer_clear(&hint);
    }
    return 0;
}

static void
unknown_option(const struct section *section, const char *name, size_t line)
{
    struct buffer hint = { 0 };

    if (find_placeholder("", section->name) != NULL) {
        return; /* the section itself is the fault */
    }
    suggest_option(reading->drivers, section->name, name, &hint);
    source_fault(reading->faults, NULL, line, section, name,
                 "there is no such option%s", hint.data == NULL ? "" : hint.data);
    buffer_clear(&hint);
}

static void
set_values(struct section *section, struct entry *entry, const cfg_opt_t *option)
{
    for (unsigned i = 0; i < option->nvalues; i++) {
        const char *value = option->values[i]->string;

        if (i >= entry->values.count && !utf8_is_valid(value, strlen(value))) {
            source_fault(reading->faults, NULL, entry->line, section, entry->name,
                         "is not UTF-8 text");
        }
    }
    strings_clear(&entry->values);
    for (unsigned i = 0; i < option->nvalues; i++) {
        strings_take(&entry->values, valid_text(option->values[i]->string));
    }
}

static void
note_option(cfg_opt_t *option, size_t line)
{
    struct section *section = current_section();
    struct entry *entry = NULL;

    for (size_t i = 0; i < section->n_entries && entry == NULL; i++) {
        if (strcmp(section->entries[i].name, option->name) == 0) {
            entry = &section->entries[i];
        }
    }
    if (entry == NULL) {
        entry = section_add(section, option->name);
        entry->line = line;
        if (find_placeholder(section->name, option->name) != NULL) {
            unknown_option(section, option->name, line);
        }
    } else if (option->nvalues <= entry->values.count) {
        source_fault(reading->faults, NULL, line, section, option->name,
                     "is given twice, first on line %zu", entry->line);
    }
    set_values(section, entry, option);
}

/* Called after each value and after the end of a list; MODIFIED is set by each value
 * and cleared here, so that the end is not taken for another value. */
static int
on_option(cfg_t *cfg, cfg_opt_t *option)
{
    if ((option->flags & CFGF_MODIFIED) != 0) {
        option->flags &= ~CFGF_MODIFIED;
        note_option(option, (size_t)cfg->line);
    }
    return 0;
}

/* An empty list is told by no callback: the flag that its equal sign left tells. */
static void
note_empty_lists(cfg_t *cfg, size_t line)
{
    for (cfg_opt_t *option = cfg->opts; option->name != NULL; option++) {
        if (option->type == CFGT_STR && option->nvalues == 0 &&
            (option->flags & CFGF_MODIFIED) != 0) {
            note_option(option, line);
        }
    }
}

static int
on_closing(cfg_t *cfg, cfg_opt_t *option)
{
    (void)cfg;
    (void)option;
    note_empty_lists(reading->open, current_section()->line);
    reading->open = NULL;
    reading->section = 0;
    return 0;
}

static void
add_list(cfg_opt_t *options, size_t *n, const char *name)
{
    for (size_t i = 0; i < *n; i++) {
        if (strcmp(options[i].name, name) == 0) {
            return; /* another driver has it too */
        }
    }
    if (*n + 1 == MAX_SPECS) {
        fatal("config: more than %d options in a section", MAX_SPECS);
    }
    options[(*n)++] = (cfg_opt_t){ .name = name,
                                   .type = CFGT_STR,
                                   .flags = CFGF_LIST | CFGF_NODEFAULT,
                                   .validcb = on_option };
}

/* The options of a section and its placeholders; ended by a zeroed row. Caller frees. */
static cfg_opt_t *
section_options(const char *name, size_t *n)
{
    static char opening_value[] = "{ opening }";
    const struct section_spec *spec = section_spec_find(name);
    cfg_opt_t *options = memory_array(MAX_SPECS, sizeof(*options));

    *n = 0;
    if (name[0] != '\0') {
        options[(*n)++] = (cfg_opt_t){ .name = OPENING,
                                       .type = CFGT_STR,
                                       .flags = CFGF_LIST,
                                       .def = { .parsed = opening_value },
                                       .parsecb = on_opening };
    }
    for (size_t i = 0; spec != NULL && i < spec->n_options; i++) {
        add_list(options, n, spec->options[i].name);
    }
    for (size_t i = 0; strcmp(name, "channel") == 0 && i < reading->drivers->count;
         i++) {
        const struct driver_options *driver = &reading->drivers->items[i];

        for (size_t j = 0; j < driver->n_options; j++) {
            add_list(options, n, driver->options[j].name);
        }
    }
    for (size_t i = 0; i < reading->n_placeholders; i++) {
        if (strcmp(reading->placeholders[i].section, name) == 0 &&
            reading->placeholders[i].kind == PLACEHOLDER_OPTION) {
            add_list(options, n, reading->placeholders[i].name);
        }
    }
    return options;
}

static void
add_section(cfg_opt_t *options, size_t *n, const char *name, bool titled)
{
    size_t n_inner = 0;

    if (*n + 1 == MAX_SPECS) {
        fatal("config: more than %d names", MAX_SPECS);
    }
    options[(*n)++] = (cfg_opt_t){ .name = name,
                                   .type = CFGT_SEC,
                                   .flags = CFGF_MULTI | (titled ? CFGF_TITLE : 0),
                                   .subopts = section_options(name, &n_inner),
                                   .validcb = on_closing };
}

/* libConfuse copies what it is given. */
static cfg_t *
make_parser(void)
{
    size_t n = 0;
    cfg_opt_t *options = section_options("", &n);
    cfg_t *parser = NULL;

    for (size_t i = 1; i < n_section_specs; i++) {
        add_section(options, &n, section_specs[i].name, section_specs[i].titled);
    }
    for (size_t i = 0; i < reading->n_placeholders; i++) {
        const struct placeholder *placeholder = &reading->placeholders[i];

        if (placeholder->kind != PLACEHOLDER_OPTION) {
            add_section(options, &n, placeholder->name,
                        placeholder->kind == PLACEHOLDER_TITLED);
        }
    }
    parser = cfg_init(options, CFGF_NONE);
    for (size_t i = 0; i < n; i++) {
        free(options[i].subopts);
    }
    free(options);
    if (parser == NULL) {
        fatal("config: out of memory");
    }
    cfg_set_error_function(parser, on_error);
    return parser;
}

static void
parse_once(const char *text)
{
    cfg_t *parser = make_parser();

    source_clear(reading->piece);
    faults_clear(reading->faults);
    source_add(reading->piece, "", NULL);
    reading->again = false;
    reading->section = 0;
    reading->open = NULL;
    reading->root = parser;
    if (cfg_parse_buf(parser, text) == CFG_SUCCESS) {
        note_empty_lists(parser, 0);
    }
    cfg_free(parser);
    reading->root = NULL;
}

void
grammar_parse(const char *text, const struct drivers *drivers, struct source *piece,
              struct faults *faults)
{
    struct reading state = { .drivers = drivers, .piece = piece, .faults = faults };
    int tries = 0;

    reading = &state;
    do {
        parse_once(text);
    } while (state.again && ++tries < MAX_TRIES);
    if (state.again) {
        piece->is_broken = true;
        faults_add(faults, 0, 0, "", "has more than %d unknown names", MAX_TRIES - 1);
    }
    for (size_t i = 0; i < state.n_placeholders; i++) {
        free(state.placeholders[i].section);
        free(state.placeholders[i].name);
    }
    free(state.placeholders);
    reading = NULL;
}
