/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The launcher: a small process forked from the core at its start, which starts the
 * senders (`budkavled --sender KIND`), because the core itself may not. It dies with
 * the core and the senders die with it (death signal, and end of file).
 */
#ifndef BUDKAVLE_SENDER_LAUNCHER_H
#define BUDKAVLE_SENDER_LAUNCHER_H

#include "base/status.h"
#include "base/strings.h"
#include "model/request.h"

#include <stdbool.h>

struct launcher;

/*
 * Forks it. Call before any thread, loop or store exists. program is the path of this
 * executable (/proc/self/exe is right). keep_open is a file descriptor that the
 * launcher and every sender hold as long as they live (their share of the lock that
 * tells a successor that they are gone); -1 for none.
 */
enum status launcher_start(const char *program, int keep_open,
                           struct launcher **launcher, struct error *error);

/* Asks for a new sender; *fd is the core's end of its socketpair (non-blocking,
 * close-on-exec). places (see places.h) go along. Blocks for the moment that fork and
 * exec take. */
enum status launcher_spawn(struct launcher *launcher, enum sender_kind kind,
                           const struct strings *places, int *fd, struct error *error);

/* Ends the launcher and all senders and waits for them. NULL is allowed. */
void launcher_stop(struct launcher *launcher);

/* The file descriptor to the launcher; readable when it died, or when an answer came
 * too late: launcher_is_alive tells which, and throws late answers away. */
int launcher_fd(const struct launcher *launcher);
bool launcher_is_alive(const struct launcher *launcher);

#endif
