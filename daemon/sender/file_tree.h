/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Puts files in place whole inside one directory: written beside, synced, renamed.
 * Folders are made as needed; nothing outside the directory can be reached.
 */
#ifndef BUDKAVLE_SENDER_FILE_TREE_H
#define BUDKAVLE_SENDER_FILE_TREE_H

#include "model/request.h"

#include <stdbool.h>

struct file_tree;

/* A failure, for the caller to tell. */
struct file_failure {
    const char *doing; /* "cannot be written" …; static */
    int reason;        /* errno; EINVAL with a name that is not allowed */
};

/* The directory is made if only its last folder is missing. NULL on failure. */
struct file_tree *file_tree_open(const char *directory, struct file_failure *failure);
void file_tree_close(struct file_tree *tree);

/* shared: mode 0660, else 0644, whatever the umask. */
bool file_tree_put(struct file_tree *tree, const struct request_file *file, bool shared,
                   struct file_failure *failure);

/* Makes durable what was put and made. */
bool file_tree_sync(struct file_tree *tree, struct file_failure *failure);

/* Relative, without "." or ".." or empty parts, and no control characters. */
bool file_name_is_allowed(const char *name);

#endif
