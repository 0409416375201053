/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The four folders of a spool section, held open by descriptors, so that what is done
 * with a file is done in the folder that was looked at.
 */
#ifndef BUDKAVLE_SOURCES_FOLDERS_H
#define BUDKAVLE_SOURCES_FOLDERS_H

#include "base/status.h"

#include <stdbool.h>

enum folder {
    FOLDER_NEW,
    FOLDER_DROP,
    FOLDER_DONE,
    FOLDER_REJECTED,
    FOLDER_COUNT
};

struct folders {
    bool open;
    bool on_network; /* inotify does not see what other machines do there */
    int root;
    int fds[FOLDER_COUNT];
};

const char *folder_name(enum folder folder); /* "new" … */

/*
 * Makes what is missing, whatever the umask: folders 2770, parents of path 0755. With
 * make_root false, path itself must be there: it may be a mount that comes back.
 */
enum status folders_open(struct folders *folders, const char *path, bool make_root,
                         struct error *error);
void folders_close(struct folders *folders);

/* STATUS_NOT_FOUND when path no longer leads to what is held open: removed, renamed,
 * mounted over or unmounted. */
enum status folders_check(const struct folders *folders, const char *path,
                          struct error *error);

/* openat(2) of one name in the folder that never follows a link or leaves it. */
int folders_open_file(int folder_fd, const char *name, int flags);

#endif
