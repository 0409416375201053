/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where a database may lie, and files beside it written and renamed so that a power cut
 * leaves the old or the new one. For the files of this folder.
 */
#ifndef BUDKAVLE_STORE_FILESYSTEM_H
#define BUDKAVLE_STORE_FILESYSTEM_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/* The name of a network file system by its statfs(2) number; NULL for a local one. */
const char *filesystem_remote_name(unsigned long number);

/*
 * Sees to it that the file exists, lies on a local file system and is its owner's alone
 * (mode 0600). Opens no file that exists: closing it would drop the locks that this
 * process holds on it. STATUS_REFUSED, STATUS_IO.
 */
enum status filesystem_prepare(const char *path, struct error *error);

/* These return false with errno set. */
bool filesystem_sync_file(const char *path);
bool filesystem_sync_folder_of(const char *path);
/* The whole text under this name, or what was there: mode 0600, synced. */
bool filesystem_write_whole(const char *path, const char *text, size_t len);
/* To a name that nothing has yet (EEXIST). The caller syncs the folder. */
bool filesystem_rename_new(const char *from, const char *to);
bool filesystem_exists(const char *path);

#endif
