/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A seccomp filter made of the table in confine_table.c. Calls of another architecture
 * (32-bit and x32 programs on x86-64) are refused as a whole: their numbers mean other
 * calls.
 */
#include "service/confine_calls.h"

#include "service/confine.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const unsigned refused_for[CONFINED_COUNT] = {
    [CONFINED_CORE] = FOR_CORE,
    [CONFINED_NETWORK_SENDER] = FOR_NETWORK,
    [CONFINED_FILES_SENDER] = FOR_FILES,
    [CONFINED_EXEC_SENDER] = FOR_PROGRAMS,
    [CONFINED_LONE_PROGRAM] = FOR_LONE_PROGRAMS,
};

/* 0, or a negative errno. */
static int
add_refusal(scmp_filter_ctx filter, const struct refusal *refusal)
{
    int call = seccomp_syscall_resolve_name(refusal->call);
    int result;

    if (call == __NR_SCMP_ERROR) {
        return 0; /* this libseccomp does not know it */
    }
    result = seccomp_rule_add_array(
        filter, SCMP_ACT_ERRNO((uint32_t)refusal->reason & 0xffffU), call,
        refusal->n_conditions, refusal->n_conditions > 0 ? &refusal->condition : NULL);
    /* -EDOM: this architecture does not have the call. */
    return result == -EDOM ? 0 : result;
}

static int
add_table(scmp_filter_ctx filter, unsigned who)
{
    size_t count;
    const struct refusal *refusals = confine_refusals(&count);
    int result = 0;

    for (size_t i = 0; i < count && result == 0; i++) {
        if ((refusals[i].refused_for & who) != 0) {
            result = add_refusal(filter, &refusals[i]);
        }
    }
    return result;
}

/* A sender may end itself and nobody else. */
static int
add_signals(scmp_filter_ctx filter)
{
    static const char *const calls[] = { "kill", "tgkill" };
    int result = 0;

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]) && result == 0; i++) {
        struct refusal refusal = { calls[i],
                                   FOR_SENDERS,
                                   EPERM,
                                   1,
                                   { 0, SCMP_CMP_NE, (scmp_datum_t)getpid(), 0 } };

        result = add_refusal(filter, &refusal);
    }
    return result;
}

static int
set_attributes(scmp_filter_ctx filter)
{
    int result =
        seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(EPERM));

    if (result == 0) {
        result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 1);
    }
    if (result == 0) {
        result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    }
    return result;
}

enum status
confine_calls(enum confined who, struct error *error)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int result = filter == NULL ? -ENOMEM : set_attributes(filter);

    if (result == 0) {
        result = add_table(filter, refused_for[who]);
    }
    if (result == 0 && (refused_for[who] & FOR_SENDERS) != 0) {
        result = add_signals(filter);
    }
    if (result == 0) {
        result = seccomp_load(filter);
    }
    seccomp_release(filter);
    if (result != 0) {
        return error_set(error, STATUS_REFUSED,
                         "no system call can be refused it (seccomp): %s",
                         strerror(-result));
    }
    return STATUS_OK;
}
