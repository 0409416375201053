/* SPDX-License-Identifier: EUPL-1.2 */
/* The names on a model of a disk: which file stands under which path. */
#ifndef BUDKAVLE_LAB_DISK_NAMES_H
#define BUDKAVLE_LAB_DISK_NAMES_H

#include <stdbool.h>
#include <stddef.h>

enum {
    NO_FILE = -1,
    A_FOLDER = -2
};

struct entry {
    char *path;
    int file; /* or NO_FILE: removed; A_FOLDER */
};

struct names {
    struct entry *items;
    size_t count;
};

/* path (NULL: none) is removed, path2 (NULL: none) is made. */
struct naming {
    char *path, *path2;
    int file;
};

/* The file under the path, or NO_FILE. */
int names_find(const struct names *names, const char *path);
void names_put(struct names *names, const char *path, int file);
void names_apply(struct names *names, const struct naming *naming);
void names_clear(struct names *names);

/* Whether the path (NULL: no) lies directly in the folder. */
bool path_is_in(const char *path, const char *folder);

#endif
