/* SPDX-License-Identifier: EUPL-1.2 */
/* What the daemon's own processes are kept from, and what is told when that fails. */
#include "daemon.h"

#include "base/log.h"
#include "base/memory.h"
#include "sender/places.h"
#include "service/confine.h"

#include <stdlib.h>
#include <string.h>

void
daemon_confine(struct daemon *daemon)
{
    struct error error = { 0 };

    /* Notices go out all the same: to say nothing would be the greater harm. */
    if (confine_core(&error) != STATUS_OK) {
        log_warning("daemon: the core is less confined than it should be: %s",
                    error.text);
        string_replace(&daemon->confine_trouble, error.text);
    }
}

static void
add_private_files(const struct channel *channel, struct strings *places)
{
    for (size_t i = 0; i < channel->n_settings; i++) {
        const struct setting *setting = &channel->settings[i];

        if ((setting->spec->type == OPTION_FILE_SECRET ||
             setting->spec->type == OPTION_FILE_LIST) &&
            setting->values.count > 0) {
            places_add_private(places, setting->values.items[0]);
        }
    }
}

/* A program that lies in the configuration's folder could not be started there. */
static bool
has_program_in(const struct config *config, const char *folder)
{
    for (size_t i = 0; i < config->n_channels; i++) {
        const struct strings *command =
            channel_setting_list(&config->channels[i], "command");

        if (command != NULL && command->count > 0 &&
            confine_is_beneath(command->items[0], folder)) {
            return true;
        }
    }
    return false;
}

/* What a program of others must not see: secrets, lists of recipients, the socket, and
 * the configuration's folder, where backups of all of that may lie. */
static void
add_private(const struct daemon *daemon, const struct config *config,
            struct strings *places)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    const char *end = strrchr(daemon->config_file, '/');
    char *folder =
        end == NULL || end == daemon->config_file
            ? NULL
            : string_copy_n(daemon->config_file, (size_t)(end - daemon->config_file));

    if (folder != NULL && !has_program_in(config, folder)) {
        places_add_private(places, folder);
    }
    free(folder);
    places_add_private(places, config->socket.path);
    if (credentials != NULL) {
        places_add_private(places, credentials);
    }
    for (size_t i = 0; i < config->n_channels; i++) {
        add_private_files(&config->channels[i], places);
    }
}

void
daemon_confine_senders(struct daemon *daemon, const struct config *config)
{
    struct strings places = { 0 };

    places_add_hidden(&places, config->state_dir);
    for (size_t i = 0; i < config->n_spools; i++) {
        places_add_hidden(&places, config->spools[i].path);
    }
    for (size_t i = 0; i < config->n_channels; i++) {
        const char *directory = channel_setting(&config->channels[i], "directory");

        if (directory != NULL) {
            places_add_writable(&places, directory);
        }
    }
    add_private(daemon, config, &places);
    senders_confine(daemon->senders, &places);
    strings_clear(&places);
}

static void
add_note(struct strings *notes, const char *who, const char *trouble)
{
    if (trouble != NULL) {
        strings_take(notes, string_format("%s is not confined: %s", who, trouble));
    }
}

void
daemon_confine_notes(const struct daemon *daemon, struct strings *notes)
{
    add_note(notes, "the core", daemon->confine_trouble);
    add_note(notes, "a sender", senders_trouble(daemon->senders));
}
