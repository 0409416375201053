/* SPDX-License-Identifier: EUPL-1.2 */
/* What the daemon's own processes are kept from, and what is told when that fails. */
#include "daemon.h"

#include "base/log.h"
#include "base/memory.h"
#include "sender/places.h"
#include "service/confine.h"

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
