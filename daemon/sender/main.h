/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The life of a sender process: `budkavled --sender KIND`, requests on file descriptor
 * 3, replies back on it, end at its end of file.
 */
#ifndef BUDKAVLE_SENDER_MAIN_H
#define BUDKAVLE_SENDER_MAIN_H

#include "model/request.h"

enum {
    SENDER_FD = 3
};

/* Runs until end of file; returns the exit code. */
int sender_main(enum sender_kind kind);

#endif
