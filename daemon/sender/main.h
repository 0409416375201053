/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The life of a sender process: `budkavled --sender KIND [PLACE…]`, requests on file
 * descriptor 3, replies back on it, end at its end of file. Each place is a folder that
 * it is kept from, or that the files sender writes in (places.h).
 *
 * Before any request it has been confined, and says so with a reply of its own:
 * SENDER_REPORT_ID, REPLY_ANSWERED, or REPLY_FORBIDDEN with what the kernel refused.
 */
#ifndef BUDKAVLE_SENDER_MAIN_H
#define BUDKAVLE_SENDER_MAIN_H

#include "model/request.h"

#include <stddef.h>

enum {
    SENDER_FD = 3
};

/* Of no request. The other one asks for another process in the place of this one, which
 * answers what it was given before. */
#define SENDER_REPORT_ID UINT64_MAX
#define SENDER_REPLACE_ID (UINT64_MAX - 1)

/* Runs until end of file; returns the exit code. places: n of them. */
int sender_main(enum sender_kind kind, char *const *places, size_t n);

#endif
