/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The socket's file: made so that it is never open wider than it should be, replaced
 * when nobody answers on it, removed by who made it. Internal to api/.
 */
#ifndef BUDKAVLE_API_SOCKET_FILE_H
#define BUDKAVLE_API_SOCKET_FILE_H

#include "base/status.h"

#include <stdbool.h>
#include <sys/types.h>

/* Valid when zeroed. */
struct socket_file {
    char *path; /* NULL: handed over by somebody else */
    dev_t device;
    ino_t inode;
};

/*
 * Makes the file and listens on it; *fd is the caller's. group may be NULL. Fails with
 * STATUS_BUSY: somebody answers there; STATUS_INVALID: path or group cannot be used; or
 * STATUS_IO.
 */
enum status socket_file_open(const char *path, unsigned mode, const char *group,
                             struct socket_file *file, int *fd, struct error *error);
/* Gives the file another mode and group. */
enum status socket_file_dress(const char *path, unsigned mode, const char *group,
                              struct error *error);
/* Removes it, unless somebody has put another one in its place. */
void socket_file_remove(struct socket_file *file);

#endif
