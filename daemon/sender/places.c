/* SPDX-License-Identifier: EUPL-1.2 */
/* Folders that concern the confinement of senders, to words and back. */
#include "sender/places.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HIDDEN "hidden:"
#define WRITABLE "writable:"
#define PRIVATE "private:"

static void
add(struct strings *places, const char *kind, const char *path)
{
    char *folder = path[0] == '/' ? NULL : getcwd(NULL, 0);
    char *word = string_format("%s%s%s%s", kind, folder == NULL ? "" : folder,
                               folder == NULL ? "" : "/", path);

    if (places->count < PLACES_MAX && !strings_has(places, word)) {
        strings_add(places, word);
    }
    free(word);
    free(folder);
}

void
places_add_hidden(struct strings *places, const char *path)
{
    add(places, HIDDEN, path);
}

void
places_add_writable(struct strings *places, const char *path)
{
    add(places, WRITABLE, path);
}

void
places_add_private(struct strings *places, const char *path)
{
    add(places, PRIVATE, path);
}

void
places_parse(char *const *words, size_t n, struct confine_places *places)
{
    for (size_t i = 0; i < n; i++) {
        if (strncmp(words[i], HIDDEN, strlen(HIDDEN)) == 0) {
            strings_add(&places->hidden, words[i] + strlen(HIDDEN));
        } else if (strncmp(words[i], WRITABLE, strlen(WRITABLE)) == 0) {
            strings_add(&places->writable, words[i] + strlen(WRITABLE));
        } else if (strncmp(words[i], PRIVATE, strlen(PRIVATE)) == 0) {
            strings_add(&places->private, words[i] + strlen(PRIVATE));
        }
    }
}
