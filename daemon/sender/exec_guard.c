/* SPDX-License-Identifier: EUPL-1.2 */
/* The guard's process: a list of process groups, ended when its pipe does. */
#include "sender/exec_guard.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Shorter than PIPE_BUF, so none is written partly. */
struct guard_note {
    pid_t group;
    bool begins;
};

struct guard_groups {
    pid_t *items;
    size_t count;
};

static void
take_note(struct guard_groups *groups, const struct guard_note *note)
{
    size_t i = 0;
    while (i < groups->count && groups->items[i] != note->group) {
        i++;
    }
    if (note->begins && i == groups->count) {
        groups->items =
            memory_grow(groups->items, groups->count, sizeof(groups->items[0]));
        groups->items[groups->count++] = note->group;
    }
    if (!note->begins && i < groups->count) {
        groups->items[i] = groups->items[--groups->count];
    }
}

static void __attribute__((noreturn)) run(int fd)
{
    struct guard_groups groups = { 0 };
    struct guard_note note;
    ssize_t n;
    (void)prctl(PR_SET_NAME, "exec guard");
    while ((n = read(fd, &note, sizeof(note))) != 0) {
        if (n == (ssize_t)sizeof(note)) {
            take_note(&groups, &note);
        } else if (n > 0 || errno != EINTR) {
            break;
        }
    }
    for (size_t i = 0; i < groups.count; i++) {
        (void)kill(-groups.items[i], SIGKILL);
    }
    _exit(0);
}

bool
exec_guard_start(struct exec_guard *guard, int own_fd)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return false;
    }
    guard->pid = fork();
    if (guard->pid == 0) {
        (void)close(ends[1]);
        (void)close(own_fd); /* else the core would never see the sender's end */
        run(ends[0]);
    }
    (void)close(ends[0]);
    guard->fd = ends[1];
    if (guard->pid < 0) {
        (void)close(ends[1]);
        return false;
    }
    return true;
}

static void
write_note(const struct exec_guard *guard, pid_t group, bool begins)
{
    const struct guard_note note = { .group = group, .begins = begins };
    (void)!write(guard->fd, &note, sizeof(note));
}

void
exec_guard_begin(const struct exec_guard *guard, pid_t group)
{
    write_note(guard, group, true);
}

void
exec_guard_end(const struct exec_guard *guard, pid_t group)
{
    write_note(guard, group, false);
}
