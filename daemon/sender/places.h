/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Folders that concern the confinement of senders, as they go from the core over the
 * launcher to the senders: a list of words, "hidden:/var/lib/budkavle",
 * "writable:/srv/page" or "private:/etc/budkavle". The words can be seen in the list of
 * processes.
 */
#ifndef BUDKAVLE_SENDER_PLACES_H
#define BUDKAVLE_SENDER_PLACES_H

#include "base/strings.h"
#include "service/confine.h"

enum {
    PLACES_MAX = 256 /* more are not handed over */
};

/* Relative paths are from the working folder of this moment. */
void places_add_hidden(struct strings *places, const char *path);
void places_add_writable(struct strings *places, const char *path);
/* A file or a folder that programs of others must not see; the other senders, which read
 * little, are not kept from it. */
void places_add_private(struct strings *places, const char *path);

/* Words that are none of these are passed over. Clear the lists afterwards. */
void places_parse(char *const *words, size_t n, struct confine_places *places);

#endif
