/* SPDX-License-Identifier: EUPL-1.2 */
/* Checks of every value by its option's row, and of what must be given. */
#include "config/loading.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_TITLE_BYTES = 64
};

static bool
is_list(const struct option_spec *spec)
{
    return spec->type == OPTION_STRINGS || spec->type == OPTION_COMMAND;
}

static bool
check_value(struct loading *loading, const struct section *section,
            const struct option_spec *spec, const char *text)
{
    struct option_value value = { 0 };
    struct error error = { 0 };

    if (utf8_has_control(text, strlen(text), "")) {
        loading_fault(loading, section, spec->name, "has a control character in it");
        return false;
    }
    if (!option_parse(spec, text, &value, &error)) {
        loading_fault(loading, section, spec->name, "%s", error.text);
        return false;
    }
    return true;
}

static void
check_entry(struct loading *loading, const struct section *section,
            const struct entry *entry)
{
    const struct option_spec *spec = loading_spec(loading, section, entry->name);

    if (spec == NULL) {
        return; /* an unknown name: told already */
    }
    if (!is_list(spec) && entry->values.count != 1) {
        loading_fault(loading, section, entry->name, "has %zu values; it takes one",
                      entry->values.count);
        return;
    }
    for (size_t i = 0; i < entry->values.count; i++) {
        if (!check_value(loading, section, spec, entry->values.items[i])) {
            return;
        }
    }
}

void
check_required(struct loading *loading, const struct section *section,
               const struct option_spec *options, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (options[i].required && section_find(section, options[i].name) == NULL) {
            loading_fault(loading, section, options[i].name, "is missing: %s",
                          options[i].doc);
        }
    }
}

static bool
is_name_byte(unsigned char c)
{
    return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* A title is used in paths, labels and answers. */
static void
check_title(struct loading *loading, const struct section *section)
{
    size_t len = strlen(section->title);
    bool is_right = len > 0 && len <= MAX_TITLE_BYTES && section->title[0] != '.' &&
                    !utf8_has_control(section->title, len, "");

    for (size_t i = 0; i < len && is_right; i++) {
        is_right = is_name_byte((unsigned char)section->title[i]);
    }
    if (!is_right) {
        loading_fault(loading, section, NULL,
                      "is not a name: 1 to %d bytes of letters, digits, \"-\", \"_\" "
                      "and \".\", without a \".\" in front",
                      MAX_TITLE_BYTES);
    }
}

static void
check_section(struct loading *loading, const struct section *section)
{
    const struct section_spec *spec = section_spec_find(section->name);

    if (spec == NULL) {
        return;
    }
    if (section->title != NULL) {
        check_title(loading, section);
    }
    for (size_t i = 0; i < section->n_entries; i++) {
        check_entry(loading, section, &section->entries[i]);
    }
    if (!loading->source.is_broken) {
        check_required(loading, section, spec->options, spec->n_options);
    }
}

void
loading_check(struct loading *loading)
{
    for (size_t i = 0; i < loading->source.n_sections; i++) {
        check_section(loading, &loading->source.sections[i]);
    }
}
