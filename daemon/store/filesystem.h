/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where a database may lie. For the files of this folder.
 */
#ifndef BUDKAVLE_STORE_FILESYSTEM_H
#define BUDKAVLE_STORE_FILESYSTEM_H

#include "base/status.h"

/* The name of a network file system by its statfs(2) number; NULL for a local one. */
const char *filesystem_remote_name(unsigned long number);

/*
 * Sees to it that the file exists, lies on a local file system and is its owner's alone
 * (mode 0600). Opens no file that exists: closing it would drop the locks that this
 * process holds on it. STATUS_REFUSED, STATUS_IO.
 */
enum status filesystem_prepare(const char *path, struct error *error);

#endif
