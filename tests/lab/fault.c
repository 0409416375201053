/* SPDX-License-Identifier: EUPL-1.2 */
/* Counting calls and choosing the one that fails. */
#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    CALL_ANY = CALL_COUNT,
    TEXT_SIZE = 256
};

struct name {
    const char *name;
    int value;
};

static const struct name calls[] = {
    { "write", CALL_WRITE },
    { "fsync", CALL_SYNC },
    { "rename", CALL_RENAME },
    { "open", CALL_OPEN },
    { "ftruncate", CALL_TRUNCATE },
    { "unlink", CALL_UNLINK },
    { "mkdir", CALL_MKDIR },
    { "memory", CALL_MEMORY },
    { "any", CALL_ANY },
    { NULL, 0 },
};
static const struct name errors[] = {
    { "ENOSPC", ENOSPC }, { "EIO", EIO },           { "EMFILE", EMFILE },
    { "EINTR", EINTR },   { "SHORT", FAULT_SHORT }, { NULL, 0 },
};
static const struct name modes[] = {
    { "once", 0 },
    { "forever", 1 },
    { NULL, 0 },
};

static struct {
    pid_t process;
    bool wanted;
    int call, error, forever;
    int64_t n;
    char path[TEXT_SIZE];
    int64_t signals; /* in a row */
    bool sync_failed;
    struct fault_counts *counts;
    struct fault_counts own_counts;
} state;

static void
refuse(const char *what)
{
    fprintf(stderr,
            "fault: \"%s\" is not understood; write call=fsync,n=17,error=EIO,"
            "mode=once,path=/state/\n",
            what);
    _exit(2);
}

static int
find(const struct name *names, const char *word)
{
    for (; names->name != NULL; names++) {
        if (strcmp(names->name, word) == 0) {
            return names->value;
        }
    }
    refuse(word);
    return 0;
}

static void
set(const char *key, const char *value)
{
    if (strcmp(key, "call") == 0) {
        state.call = find(calls, value);
    } else if (strcmp(key, "n") == 0) {
        state.n = strtoll(value, NULL, 10);
    } else if (strcmp(key, "error") == 0) {
        state.error = find(errors, value);
    } else if (strcmp(key, "mode") == 0) {
        state.forever = find(modes, value);
    } else if (strcmp(key, "path") == 0) {
        (void)snprintf(state.path, sizeof(state.path), "%s", value);
    } else {
        refuse(key);
    }
}

static void
parse(const char *text)
{
    char copy[TEXT_SIZE];
    char *rest = NULL;

    (void)snprintf(copy, sizeof(copy), "%s", text);
    for (char *part = strtok_r(copy, ",", &rest); part != NULL;
         part = strtok_r(NULL, ",", &rest)) {
        char *value = strchr(part, '=');

        if (value == NULL) {
            refuse(part);
        } else {
            *value++ = '\0';
            set(part, value);
        }
    }
    state.wanted = state.n > 0;
}

void
fault_arm(const char *text, struct fault_counts *counts)
{
    memset(&state, 0, sizeof(state));
    state.error = EIO;
    state.call = CALL_ANY;
    if (text != NULL) {
        parse(text);
    }
    state.counts = counts != NULL ? counts : &state.own_counts;
    state.process = getpid();
}

void
fault_disarm(void)
{
    state.process = 0;
}

bool
fault_is_armed(void)
{
    return state.process != 0 && state.process == getpid();
}

bool
fault_asks_path(void)
{
    return state.path[0] != '\0';
}

/* "…$" is the path's end. */
static bool
is_meant(const char *path)
{
    size_t len = strlen(state.path);
    size_t path_len = path == NULL ? 0 : strlen(path);

    if (!fault_asks_path() || path == NULL) {
        return !fault_asks_path();
    }
    if (state.path[len - 1] != '$') {
        return strstr(path, state.path) != NULL;
    }
    return path_len >= len - 1 &&
           strncmp(path + path_len - (len - 1), state.path, len - 1) == 0;
}

static int
failing(enum call call)
{
    state.counts->failed++;
    state.sync_failed |= call == CALL_SYNC;
    return state.error == FAULT_SHORT && call != CALL_WRITE ? FAULT_NONE : state.error;
}

int
fault_next(enum call call, const char *path)
{
    int64_t number;

    if (!fault_is_armed() || !is_meant(path)) {
        return FAULT_NONE;
    }
    state.counts->calls[call]++;
    state.counts->any += call != CALL_MEMORY;
    state.counts->syncs_after_failure += call == CALL_SYNC && state.sync_failed;
    number = state.call == CALL_ANY ? state.counts->any : state.counts->calls[call];
    if (!state.wanted || (state.call != CALL_ANY && state.call != (int)call) ||
        (state.call == CALL_ANY && call == CALL_MEMORY) ||
        (state.forever ? number < state.n : number != state.n)) {
        state.signals = 0;
        return FAULT_NONE;
    }
    if (state.error == EINTR && state.signals++ >= FAULT_SIGNALS) {
        state.signals = 0;
        return FAULT_NONE;
    }
    return failing(call);
}

void
fault_arm_from_environment(void)
{
    const char *file = getenv("SHIM_COUNTS");
    const char *text = getenv("SHIM_FAULT");
    void *counts = NULL;

    if (file != NULL) {
        /* Not open(): that is one of the calls that are watched. */
        long fd = syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC);

        counts = fd < 0 ? MAP_FAILED
                        : mmap(NULL, sizeof(struct fault_counts),
                               PROT_READ | PROT_WRITE, MAP_SHARED, (int)fd, 0);
        if (counts == MAP_FAILED) {
            refuse(file);
        }
        (void)syscall(SYS_close, fd);
    }
    if (file != NULL || text != NULL) {
        fault_arm(text, counts);
    }
}
