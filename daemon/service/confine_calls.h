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
    FOR_NETWORK = 2, /* the HTTP and SMTP senders */
    FOR_FILES = 4,
    FOR_SENDERS = FOR_NETWORK | FOR_FILES,
    FOR_ALL = FOR_CORE | FOR_SENDERS
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
