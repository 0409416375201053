/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Moving a file to done/ or rejected/ without ever replacing another, and removing what
 * is old there.
 */
#ifndef BUDKAVLE_SOURCES_MOVING_H
#define BUDKAVLE_SOURCES_MOVING_H

#include "base/status.h"
#include "model/fault.h"
#include "sources/folders.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Nothing here is synced: the store knows which files were taken, so a move that a
 * power cut undoes is done again, without taking the file again.
 *
 * STATUS_OK; STATUS_NOT_FOUND: the file is gone, which is no fault; STATUS_IO. *final,
 * unless NULL, is the name it got: its own, or with .1, .2 …; caller frees.
 */
enum status move_to_done(const struct folders *folders, enum folder from,
                         const char *name, char **final, struct error *error);

/* With NAME.reason.txt beside it, written first: who sees the file sees the reason. */
enum status move_to_rejected(const struct folders *folders, enum folder from,
                             const char *name, const struct faults *faults,
                             struct error *error);

/* Removes files whose status changed (they were moved there) before the time. Folders
 * are left. Returns how many went. */
size_t remove_older(int folder_fd, int64_t before_wall_ms);

#endif
