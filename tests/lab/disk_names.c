/* SPDX-License-Identifier: EUPL-1.2 */
/* Making, moving and removing names. */
#include "disk_names.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static struct entry *
find_entry(const struct names *names, const char *path)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i].path, path) == 0) {
            return &names->items[i];
        }
    }
    return NULL;
}

int
names_find(const struct names *names, const char *path)
{
    const struct entry *entry = find_entry(names, path);

    return entry == NULL ? NO_FILE : entry->file;
}

void
names_put(struct names *names, const char *path, int file)
{
    struct entry *entry = find_entry(names, path);

    if (entry == NULL) {
        names->items = memory_grow(names->items, names->count, sizeof(*entry));
        entry = &names->items[names->count++];
        entry->path = string_copy(path);
    }
    entry->file = file;
}

void
names_apply(struct names *names, const struct naming *naming)
{
    struct entry *old = naming->path == NULL ? NULL : find_entry(names, naming->path);

    /* What was made under the old name meanwhile is another file. */
    if (old != NULL && old->file == naming->file) {
        old->file = NO_FILE;
    }
    if (naming->path2 != NULL) {
        names_put(names, naming->path2, naming->file);
    }
}

void
names_clear(struct names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        free(names->items[i].path);
    }
    free(names->items);
}

bool
path_is_in(const char *path, const char *folder)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    size_t len = slash == NULL ? 0 : (size_t)(slash - path);

    return path != NULL && len == strlen(folder) && strncmp(path, folder, len) == 0;
}
