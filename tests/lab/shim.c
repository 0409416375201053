/* SPDX-License-Identifier: EUPL-1.2 */
/* The shim's beginning, paths and verdicts. */
#include "shim.h"

#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

__attribute__((constructor)) static void
begin(void)
{
    fault_arm_from_environment();
    journal_begin_from_environment();
}

/* --- Paths ------------------------------------------------------------------------ */

static const char *
path_of(int fd, char buffer[PATH_MAX])
{
    char link[64];
    ssize_t len;

    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    len = readlink(link, buffer, PATH_MAX - 1);
    buffer[len < 0 ? 0 : len] = '\0';
    return buffer;
}

const char *
shim_absolute(int at, const char *path, char buffer[PATH_MAX])
{
    size_t len;

    if (path[0] == '/') {
        return path;
    }
    if (at == AT_FDCWD) {
        if (getcwd(buffer, PATH_MAX) == NULL) {
            buffer[0] = '\0';
        }
    } else {
        (void)path_of(at, buffer);
    }
    len = strlen(buffer);
    (void)snprintf(buffer + len, PATH_MAX - len, "/%s", path);
    return buffer;
}

int
shim_verdict(enum call call, int fd)
{
    char buffer[PATH_MAX];
    int problem = errno;
    const char *path =
        fault_is_armed() && fault_asks_path() ? path_of(fd, buffer) : NULL;

    errno = problem;
    return fault_next(call, path);
}

bool
shim_fails_on_path(enum call call, const char *path)
{
    int error = fault_next(call, path);

    if (error > 0) {
        errno = error;
    }
    return error > 0;
}

bool
shim_fails_on_fd(enum call call, int fd)
{
    int error = shim_verdict(call, fd);

    if (error > 0) {
        errno = error;
    }
    return error > 0;
}
