/* SPDX-License-Identifier: EUPL-1.2 */
/* The options as a part of the manual page, written for scdoc(5). */
#include "config/options.h"

#include "base/memory.h"

#include <ctype.h>
#include <string.h>

static const char *const type_texts[] = {
    [OPTION_STRING] = "text",
    [OPTION_STRINGS] = "list of texts",
    [OPTION_BOOL] = "true or false",
    [OPTION_INTEGER] = "whole number",
    [OPTION_DURATION] = "duration",
    [OPTION_SIZE] = "size",
    [OPTION_RATE] = "rate",
    [OPTION_CHOICE] = "one of",
    [OPTION_PATH] = "absolute path",
    [OPTION_FILE_SECRET] = "file with the secret",
    [OPTION_FILE_LIST] = "file",
    [OPTION_MODE] = "file mode",
    [OPTION_COMMAND] = "program and its arguments",
};

/* scdoc reads these as its own marks. */
static void
add_escaped(struct buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("_*\\<>#", *text) != NULL) {
            buffer_add_char(out, '\\');
        }
        buffer_add_char(out, *text);
    }
}

static void
add_choices(struct buffer *out, const char *choices)
{
    buffer_add_char(out, ' ');
    for (; *choices != '\0'; choices++) {
        char one[2] = { *choices, '\0' };

        if (*choices == '|') {
            buffer_add(out, ", ");
        } else {
            add_escaped(out, one);
        }
    }
}

static void
add_range(struct buffer *out, const struct option_spec *spec)
{
    char low[DURATION_SIZE], high[DURATION_SIZE];

    if (spec->max == 0) {
        return;
    }
    if (spec->type == OPTION_DURATION) {
        buffer_addf(out, ", %s to %s", duration_format_exact(spec->min, low),
                    duration_format_exact(spec->max, high));
    } else {
        buffer_addf(out, ", %lld to %lld", (long long)spec->min, (long long)spec->max);
    }
}

static void
add_option(struct buffer *out, const struct option_spec *spec)
{
    buffer_add_char(out, '*');
    add_escaped(out, spec->name);
    buffer_addf(out, "* (%s", type_texts[spec->type]);
    if (spec->type == OPTION_CHOICE) {
        add_choices(out, spec->choices);
    }
    add_range(out, spec);
    if (spec->required) {
        buffer_add(out, ", required");
    } else if (spec->default_text != NULL) {
        buffer_add(out, ", default ");
        add_escaped(out, spec->default_text);
    }
    buffer_add(out, ")\n\t");
    add_escaped(out, spec->doc);
    buffer_add(out, "\n\n");
}

static void
add_options(struct buffer *out, const struct option_spec *options, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        add_option(out, &options[i]);
    }
}

static void
add_heading(struct buffer *out, const struct section_spec *section)
{
    if (section->name[0] == '\0') {
        buffer_add(out, "# GENERAL OPTIONS\n\n");
        return;
    }
    buffer_add(out, "# SECTION ");
    for (const char *c = section->name; *c != '\0'; c++) {
        buffer_add_char(out, (char)toupper((unsigned char)*c));
    }
    buffer_addf(out, "\n\n*%s*%s { … }\n\n", section->name,
                section->titled ? " \"NAME\"" : "");
    add_escaped(out, section->doc);
    buffer_add(out, ".\n\n");
}

void
config_manual(const struct driver_options *drivers, size_t n_drivers,
              struct buffer *out)
{
    for (size_t i = 0; i < n_section_specs; i++) {
        add_heading(out, &section_specs[i]);
        add_options(out, section_specs[i].options, section_specs[i].n_options);
        if (strcmp(section_specs[i].name, "channel") != 0) {
            continue;
        }
        for (size_t j = 0; j < n_drivers; j++) {
            buffer_addf(out, "## With driver = \"%s\"\n\n", drivers[j].driver);
            add_options(out, drivers[j].options, drivers[j].n_options);
        }
    }
}
