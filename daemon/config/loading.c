/* SPDX-License-Identifier: EUPL-1.2 */
/* Faults, warnings and values while a configuration is loaded. */
#include "config/loading.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void
loading_fault(struct loading *loading, const struct section *section,
              const char *option, const char *format, ...)
{
    const struct entry *entry = option == NULL ? NULL : section_find(section, option);
    struct buffer problem = { 0 };
    va_list arguments;

    va_start(arguments, format);
    buffer_addv(&problem, format, arguments);
    va_end(arguments);
    source_fault(loading->faults, entry == NULL ? section->file : entry->file,
                 entry == NULL ? section->line : entry->line, section, option, "%s",
                 problem.data);
    buffer_clear(&problem);
}

void
loading_warning(struct loading *loading, const struct section *section,
                const char *option, const char *format, ...)
{
    const struct entry *entry = option == NULL ? NULL : section_find(section, option);
    const char *file = entry == NULL ? section->file : entry->file;
    char *path = section_path(section, option);
    struct buffer text = { 0 };
    va_list arguments;

    buffer_addf(&text, "%s:%zu: %s: ", file == NULL ? loading->config->file : file,
                entry == NULL ? section->line : entry->line, path);
    va_start(arguments, format);
    buffer_addv(&text, format, arguments);
    va_end(arguments);
    strings_take(&loading->config->warnings, buffer_take(&text));
    free(path);
}

bool
loading_has_fault(const struct loading *loading, const struct section *section)
{
    char *path = section_path(section, NULL);
    size_t len = strlen(path);
    bool found = loading->faults->dropped > 0;

    for (size_t i = 0; i < loading->faults->count && !found; i++) {
        const char *field = loading->faults->items[i].field;

        found =
            strncmp(field, path, len) == 0 && (field[len] == '\0' || field[len] == ' ');
    }
    free(path);
    return found;
}

static const struct option_spec *
spec_of(const struct loading *loading, const char *section_name,
        const struct section *section, const char *name)
{
    const struct section_spec *spec = section_spec_find(section_name);

    if (spec == NULL) {
        return NULL;
    }
    if (strcmp(section_name, "channel") == 0) {
        const struct entry *driver = section_find(section, "driver");
        const struct option_spec *found = NULL;
        bool is_common = false;

        if (driver != NULL && driver->values.count == 1) {
            found = channel_option_find(loading->drivers.items, loading->drivers.count,
                                        driver->values.items[0], name, &is_common);
        }
        return found != NULL
                   ? found
                   : channel_option_find(loading->drivers.items, loading->drivers.count,
                                         NULL, name, &is_common);
    }
    return option_spec_find(spec->options, spec->n_options, name);
}

const struct option_spec *
loading_spec(const struct loading *loading, const struct section *section,
             const char *name)
{
    return spec_of(loading, section->name, section, name);
}

void
loading_values(const struct loading *loading, const char *section_name,
               const struct section *section, const char *name, struct strings *values)
{
    const struct entry *entry = section_find(section, name);

    strings_clear(values);
    if (entry != NULL) {
        strings_copy(values, &entry->values);
    } else {
        const struct option_spec *spec = spec_of(loading, section_name, section, name);

        if (spec != NULL) {
            option_default(spec, values);
        }
    }
}

char *
loading_text(const struct loading *loading, const char *section_name,
             const struct section *section, const char *name)
{
    struct strings values = { 0 };
    char *text = NULL;

    loading_values(loading, section_name, section, name, &values);
    if (values.count > 0) {
        text = string_copy(values.items[0]);
    }
    strings_clear(&values);
    return text;
}

int64_t
loading_number(const struct loading *loading, const char *section_name,
               const struct section *section, const char *name, int64_t absent)
{
    const struct option_spec *spec = spec_of(loading, section_name, section, name);
    char *text = loading_text(loading, section_name, section, name);
    struct option_value value = { 0 };
    bool is_right = text != NULL && option_parse(spec, text, &value, NULL);

    free(text);
    return is_right ? value.number : absent;
}

void
loading_message_channels(struct loading *loading, const struct section *section,
                         const struct strings *channels, const char *why)
{
    for (size_t i = 0; i < channels->count; i++) {
        const char *name = channels->items[i];
        const struct channel *channel = config_channel(loading->config, name);
        const struct driver_options *driver =
            channel == NULL
                ? NULL
                : driver_options_find(loading->drivers.items, loading->drivers.count,
                                      channel->driver);

        if (channel == NULL) {
            loading_fault(loading, section, "channels", "there is no channel \"%s\"",
                          name);
        } else if (driver != NULL && driver->shows_everything) {
            loading_fault(loading, section, "channels",
                          "\"%s\" %s; give a channel with single messages, such as one "
                          "of driver email",
                          name, why);
        }
    }
}
