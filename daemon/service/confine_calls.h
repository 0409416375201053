/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The table of refused system calls. Seen by confine_calls.c and its test only.
 */
#ifndef BUDKAVLE_SERVICE_CONFINE_CALLS_H
#define BUDKAVLE_SERVICE_CONFINE_CALLS_H

#include <seccomp.h>
#include <stddef.h>

enum refused_for {
    FOR_CORE = 1,
    FOR_NETWORK = 2, /* the HTTP, SMTP and MQTT senders */
    FOR_FILES = 4,
    FOR_PROGRAMS = 8, /* the sender that starts programs, and the programs */
    FOR_LONE_PROGRAMS = 16,
    FOR_SENDERS = FOR_NETWORK | FOR_FILES, /* all but that one */
    FOR_ALL_BUT_PROGRAMS = FOR_CORE | FOR_SENDERS,
    FOR_ALL = FOR_ALL_BUT_PROGRAMS | FOR_PROGRAMS
};

/* A call is refused with this errno when the condition holds; always without one. */
struct refusal {
    const char *call; /* by name: one that this machine lacks is passed over */
    unsigned refused_for;
    int reason;
    unsigned n_conditions;
    struct scmp_arg_cmp condition;
};

const struct refusal *confine_refusals(size_t *count);

#endif
