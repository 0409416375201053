/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reading one spool file whole, and only if it is the plain file that was looked at.
 */
#ifndef BUDKAVLE_SOURCES_READING_H
#define BUDKAVLE_SOURCES_READING_H

#include "base/buffer.h"
#include "base/status.h"
#include "sources/scan.h"

enum read_result {
    READ_WHOLE,
    READ_GONE,       /* no such file any more */
    READ_CHANGED,    /* not, or no longer, what was looked at: look again */
    READ_UNREADABLE, /* no permission */
    READ_FAILED      /* the system failed a call */
};

/* Appends the content to *content. The error says why, for the last two. */
enum read_result read_file(int folder_fd, const char *name,
                           const struct file_mark *expected, struct buffer *content,
                           struct error *error);

#endif
