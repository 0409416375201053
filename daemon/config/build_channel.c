/* SPDX-License-Identifier: EUPL-1.2 */
/* Channels: the common options, the driver's own, and its secrets. */
#include "config/loading.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t
number(struct loading *loading, const struct section *section, const char *name,
       int64_t absent)
{
    return loading_number(loading, "channel", section, name, absent);
}

static struct rate
channel_rate(struct loading *loading, const struct section *section)
{
    char *text = loading_text(loading, "channel", section, "rate");
    struct rate rate = { 0 };

    if (text != NULL && !rate_parse(text, &rate)) {
        rate = (struct rate){ 0 };
    }
    free(text);
    return rate;
}

/* A file that is read later, by its user: one that is lacking now is worth a word. */
static char *
later_file(struct loading *loading, const struct section *section, const char *name,
           const char *value)
{
    char *path = file_resolve(value, loading->folder, false);

    if (access(path, R_OK) != 0) {
        loading_warning(loading, section, name, "%s cannot be read: %s", path,
                        strerror(errno));
    }
    return path;
}

/* Read now, because a sender cannot open it: its content goes along with the requests.
 * What cannot be read stops nothing else; the channel says so when it is used. */
static void
read_authorities(struct loading *loading, const struct section *section,
                 const char *value, struct channel *channel)
{
    struct error error = { 0 };

    channel->ca_file = file_resolve(value, loading->folder, false);
    channel->ca_pem = text_file_read(channel->ca_file, &error);
    if (channel->ca_pem == NULL) {
        loading_warning(loading, section, "ca_file", "%s", error.text);
    }
}

static void
build_common(struct loading *loading, const struct section *section,
             struct channel *channel)
{
    char *ca_file = loading_text(loading, "channel", section, "ca_file");

    channel->name = string_copy(section->title);
    channel->driver = loading_text(loading, "channel", section, "driver");
    channel->rate = channel_rate(loading, section);
    channel->concurrency = number(loading, section, "concurrency", 0);
    channel->timeout_ms = number(loading, section, "timeout", 30 * SECONDS_MS);
    channel->backlog = (int)number(loading, section, "backlog", -1);
    channel->on_unknown =
        (int)number(loading, section, "on_unknown", ON_UNKNOWN_RESEND);
    channel->retry_floor_ms = number(loading, section, "retry_floor", 0);
    channel->retry_cap_ms = number(loading, section, "retry_cap", 0);
    channel->hold_down_ms = number(loading, section, "hold_down", -1);
    channel->short_interruption_ms = number(loading, section, "short_interruption", 0);
    channel->etr_tolerance_ms = number(loading, section, "etr_tolerance", -1);
    channel->proxy = loading_text(loading, "channel", section, "proxy");
    channel->reply_to = loading_text(loading, "channel", section, "reply_to");
    channel->allow_private = number(loading, section, "allow_private", 0) != 0;
    channel->allow_http = number(loading, section, "allow_http", 0) != 0;
    channel->live = number(loading, section, "live", 1) != 0;
    if (ca_file != NULL) {
        read_authorities(loading, section, ca_file, channel);
    }
    if (channel->retry_floor_ms > 0 && channel->retry_cap_ms > 0 &&
        channel->retry_floor_ms > channel->retry_cap_ms) {
        loading_fault(loading, section, "retry_cap", "is shorter than retry_floor");
    }
    free(ca_file);
}

static void
read_secret(struct loading *loading, const struct section *section,
            struct setting *setting)
{
    char *path = file_resolve(setting->values.items[0], loading->folder, true);
    struct error error = { 0 };
    bool is_open = false;

    if (secret_read(path, &setting->secret, &is_open, &error) != STATUS_OK) {
        loading_fault(loading, section, setting->spec->name, "%s", error.text);
    } else if (is_open) {
        loading_warning(loading, section, setting->spec->name,
                        "%s can be read by everybody; take that right away (chmod o-r)",
                        path);
    }
    string_replace(&setting->values.items[0], path);
    free(path);
}

/* Looked at now, so that a mistyped path is found before something is to be told. */
static void
check_command(struct loading *loading, const struct section *section,
              const struct setting *setting)
{
    const char *program = setting->values.items[0];
    struct stat info;

    if (program[0] != '/') {
        loading_fault(loading, section, setting->spec->name,
                      "begins with \"%s\", which is not an absolute path such as "
                      "\"/usr/local/lib/siren\"",
                      program);
    } else if (stat(program, &info) != 0 || access(program, X_OK) != 0) {
        loading_fault(loading, section, setting->spec->name,
                      "%s cannot be executed: %s", program, strerror(errno));
    } else if (!S_ISREG(info.st_mode)) {
        loading_fault(loading, section, setting->spec->name,
                      "%s cannot be executed: it is not a file", program);
    }
}

/* The values as drivers read them: files by their whole paths, true and false. */
static void
finish_setting(struct loading *loading, const struct section *section,
               struct setting *setting)
{
    struct option_value value = { 0 };
    char *text = setting->values.items[0];

    switch (setting->spec->type) {
    case OPTION_FILE_SECRET:
        read_secret(loading, section, setting);
        break;
    case OPTION_FILE_LIST:
        setting->values.items[0] =
            later_file(loading, section, setting->spec->name, text);
        free(text);
        break;
    case OPTION_BOOL:
        if (option_parse(setting->spec, text, &value, NULL)) {
            string_replace(&setting->values.items[0],
                           value.number != 0 ? "true" : "false");
        }
        break;
    case OPTION_STRING:
    case OPTION_STRINGS:
        for (size_t i = 0; i < setting->values.count; i++) {
            char *given = setting->values.items[i];

            setting->values.items[i] = utf8_normalise(given);
            free(given);
        }
        break;
    case OPTION_COMMAND:
        check_command(loading, section, setting);
        break;
    case OPTION_INTEGER:
    case OPTION_DURATION:
    case OPTION_SIZE:
    case OPTION_RATE:
    case OPTION_CHOICE:
    case OPTION_PATH:
    case OPTION_MODE:
        break;
    }
}

static void
build_settings(struct loading *loading, const struct section *section,
               const struct driver_options *driver, struct channel *channel)
{
    channel->settings = memory_array(driver->n_options + 1, sizeof(struct setting));
    for (size_t i = 0; i < driver->n_options; i++) {
        const struct option_spec *spec = &driver->options[i];
        struct setting *setting = &channel->settings[channel->n_settings];

        setting->spec = spec;
        loading_values(loading, "channel", section, spec->name, &setting->values);
        /* An empty list that was given is a value; nothing given is none. */
        if (setting->values.count > 0) {
            finish_setting(loading, section, setting);
        }
        if (setting->values.count > 0 || (spec->type == OPTION_STRINGS &&
                                          section_find(section, spec->name) != NULL)) {
            channel->n_settings++;
        }
    }
}

static bool
has_no_effect(const struct driver_options *driver, const char *name)
{
    for (const char *const *other = driver->no_effect; other != NULL && *other != NULL;
         other++) {
        if (strcmp(*other, name) == 0) {
            return true;
        }
    }
    return false;
}

static void
warn_of_others_options(struct loading *loading, const struct section *section,
                       const struct driver_options *driver)
{
    for (size_t i = 0; i < section->n_entries; i++) {
        const char *name = section->entries[i].name;
        bool is_common = false;

        if (has_no_effect(driver, name) ||
            (channel_option_find(loading->drivers.items, loading->drivers.count, NULL,
                                 name, &is_common) != NULL &&
             channel_option_find(loading->drivers.items, loading->drivers.count,
                                 driver->driver, name, &is_common) == NULL)) {
            loading_warning(loading, section, name, "has no effect on the driver %s",
                            driver->driver);
        }
    }
}

static void
fault_of_driver(struct loading *loading, const struct section *section,
                const char *name)
{
    struct buffer list = { 0 };

    for (size_t i = 0; i < loading->drivers.count; i++) {
        buffer_addf(&list, "%s%s", i == 0 ? "" : ", ",
                    loading->drivers.items[i].driver);
    }
    loading_fault(loading, section, "driver", "there is no driver \"%s\"; there are %s",
                  name, list.data == NULL ? "none" : list.data);
    buffer_clear(&list);
}

/* A channel speaks languages that there are texts in. */
static void
check_languages(struct loading *loading, const struct section *section,
                const struct channel *channel)
{
    static const char *const names[] = { "language", "languages" };

    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        const struct strings *list = channel_setting_list(channel, names[i]);

        for (size_t j = 0; list != NULL && j < list->count; j++) {
            if (!strings_has(&loading->config->languages, list->items[j])) {
                loading_fault(loading, section, names[i],
                              "\"%s\" is not among the languages at the top of the "
                              "configuration",
                              list->items[j]);
            }
        }
    }
}

void
build_channel(struct loading *loading, const struct section *section)
{
    struct config *config = loading->config;
    const struct driver_options *driver = NULL;
    struct error error = { 0 };
    struct channel *channel = NULL;

    config->channels = memory_resize(config->channels, config->n_channels + 1,
                                     sizeof(*config->channels));
    channel = &config->channels[config->n_channels++];
    *channel = (struct channel){ 0 };
    build_common(loading, section, channel);
    driver = driver_options_find(loading->drivers.items, loading->drivers.count,
                                 channel->driver);
    if (driver == NULL) {
        if (channel->driver != NULL) {
            fault_of_driver(loading, section, channel->driver);
        }
        return;
    }
    check_required(loading, section, driver->options, driver->n_options);
    warn_of_others_options(loading, section, driver);
    build_settings(loading, section, driver, channel);
    check_languages(loading, section, channel);
    if (driver->check != NULL && !loading_has_fault(loading, section) &&
        driver->check(channel, &error) != STATUS_OK) {
        loading_fault(loading, section, NULL, "%s", error.text);
    }
}
