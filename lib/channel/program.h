/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What drivers share whose peer is a program on this machine: what it is told besides its
 * input, and what it means how it ended.
 */
#ifndef BUDKAVLE_CHANNEL_PROGRAM_H
#define BUDKAVLE_CHANNEL_PROGRAM_H

#include "channel/driver.h"

/* The common options that a program cannot know of. */
extern const char *const program_no_effect[];

/* BUDKAVLE_CHANNEL, _MESSAGE, _INCIDENT, _ATTEMPT and, of a test, _TEST. */
void program_environment(const struct delivery_input *input, struct request *request);

/*
 * The outcome of a program that ended by itself with an exit code that means kind, else
 * what its reply says. The detail is the first line of its standard error, or else names
 * the exit code; when it delivered, the first line of its standard output is the id.
 */
void program_outcome(const struct reply *reply, enum outcome_kind kind,
                     struct outcome *outcome);

#endif
