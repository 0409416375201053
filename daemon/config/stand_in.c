/* SPDX-License-Identifier: EUPL-1.2 */
/* When the last good configuration must not take the place of one that does not load. */
#include "config/loading.h"

#include "base/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct written {
    struct source source;
    struct config_copy texts;
    struct drivers drivers;
};

/* Its faults are known already. */
static void
written_load(struct written *written, const char *path,
             const struct driver_options *drivers, size_t n_drivers)
{
    struct faults ignored = { 0 };

    written->drivers = (struct drivers){ drivers, n_drivers };
    written->source.record = &written->texts;
    written->source.salvage = true;
    source_load(&written->source, path, &written->drivers, &ignored);
    faults_clear(&ignored);
}

static void
written_clear(struct written *written)
{
    source_clear(&written->source);
    copy_clear(&written->texts);
}

/* NULL: the option is not given there, or not as one value. Borrowed. */
static const char *
written_value(const struct section *section, const char *option)
{
    const struct entry *entry = section == NULL ? NULL : section_find(section, option);

    return entry != NULL && entry->values.count == 1 ? entry->values.items[0] : NULL;
}

char *
config_written_state_dir(const char *path, const struct driver_options *drivers,
                         size_t n_drivers)
{
    struct written written = { 0 };
    char *folder;

    written_load(&written, path, drivers, n_drivers);
    folder = string_copy(written_value(source_find(&written.source, ""), "state_dir"));
    written_clear(&written);
    return folder;
}

static bool
is_word_byte(char c)
{
    return isalnum((unsigned char)c) != 0 || c == '_' || c == '-';
}

static bool
has_word(const struct config_copy *texts, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i < texts->n_texts; i++) {
        const char *text = texts->texts[i].text;

        for (const char *at = text; (at = strstr(at, word)) != NULL; at += len) {
            if ((at == text || !is_word_byte(at[-1])) && !is_word_byte(at[len])) {
                return true;
            }
        }
    }
    return false;
}

static const struct section *
find_channel(const struct source *source, const char *name)
{
    for (size_t i = 0; i < source->n_sections; i++) {
        if (strcmp(source->sections[i].name, "channel") == 0 &&
            string_equal(source->sections[i].title, name)) {
            return &source->sections[i];
        }
    }
    return NULL;
}

/* A channel that is not written there is none that anybody meant to exercise with. */
static bool
is_live_as_written(const struct written *written, const struct channel *channel)
{
    const struct section *section = find_channel(&written->source, channel->name);
    const char *text = written_value(section, "live");
    struct option_value value = { .number = 1 };
    bool is_common = false;

    if (section == NULL) {
        return channel->live;
    }
    if (section_find(section, "live") != NULL &&
        (text == NULL || !option_parse(channel_option_find(written->drivers.items,
                                                           written->drivers.count, NULL,
                                                           "live", &is_common),
                                       text, &value, NULL))) {
        return !channel->live; /* not known: the worse of the two */
    }
    return value.number != 0;
}

static enum status
check_live(const struct config *config, const struct written *written,
           struct error *error)
{
    for (size_t i = 0; i < config->n_channels; i++) {
        const struct channel *channel = &config->channels[i];

        if (is_live_as_written(written, channel) != channel->live) {
            return error_set(
                error, STATUS_REFUSED,
                "channel \"%s\" has live = %s there, and does not as it is "
                "written now: what is an exercise must not be mistaken",
                channel->name, channel->live ? "true" : "false");
        }
    }
    if (written->source.is_broken &&
        (has_word(&written->texts, "live") || has_word(&config->copy, "live"))) {
        return error_set(error, STATUS_REFUSED,
                         "what is written cannot be read as far as to tell which "
                         "channels are live: what is an exercise must not be mistaken");
    }
    return STATUS_OK;
}

enum status
config_may_stand_in(const struct config *config, const char *path,
                    const struct driver_options *drivers, size_t n_drivers,
                    struct error *error)
{
    struct written written = { 0 };
    const char *folder;
    enum status status = STATUS_OK;

    written_load(&written, path, drivers, n_drivers);
    folder = written_value(source_find(&written.source, ""), "state_dir");
    if (folder != NULL && strcmp(folder, config->state_dir) != 0) {
        status = error_set(error, STATUS_REFUSED,
                           "its state_dir is %s, and is %s as it is written now",
                           config->state_dir, folder);
    } else {
        status = check_live(config, &written, error);
    }
    written_clear(&written);
    return status;
}
