/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Two lock files in the state folder. daemon.lock: one daemon at a time. senders.lock is
 * held by every sender as well, so that a new daemon claims nothing while a sender of an
 * earlier one may still be sending (docs/delivery.md, D13).
 */
#include "daemon.h"

#include "base/log.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    SENDERS_WAIT_MS = 20 * 1000,
    SENDERS_STEP_MS = 20
};

static int
lock_open(const struct daemon *daemon, const char *name, struct error *error)
{
    char *path = string_format("%s/%s", daemon->config->state_dir, name);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0) {
        error_set(error, STATUS_IO, "%s cannot be opened: %s", path, strerror(errno));
    }
    free(path);
    return fd;
}

static void
wait_a_little(void)
{
    struct timespec step = { .tv_nsec = SENDERS_STEP_MS * 1000000L };

    nanosleep(&step, NULL);
}

/* The senders of a core that died end at once: they read an end of file. */
static bool
wait_for_senders(int fd)
{
    for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; waited += SENDERS_STEP_MS) {
        if (waited >= SENDERS_WAIT_MS) {
            return false;
        }
        if (waited == 0) {
            log_info("locks: waiting for the senders of an earlier daemon to end");
        }
        wait_a_little();
    }
    return true;
}

int
locks_take(struct daemon *daemon, struct error *error)
{
    const char *folder = daemon->config->state_dir;
    /* A record lock is not inherited: the launcher, which may outlive this process by a
     * moment, has no share in it. The other lock is a flock just because it is. */
    struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

    if (mkdir(folder, 0750) != 0 && errno != EEXIST) {
        error_set(error, STATUS_IO, "state_dir %s cannot be made: %s", folder,
                  strerror(errno));
        return EXIT_STORE;
    }
    daemon->lock_fd = lock_open(daemon, "daemon.lock", error);
    if (daemon->lock_fd < 0) {
        return EXIT_STORE;
    }
    if (fcntl(daemon->lock_fd, F_SETLK, &whole) != 0) {
        error_set(
            error, STATUS_BUSY,
            "another budkavled runs with state_dir %s; stop it first, or give this "
            "one a state_dir of its own",
            folder);
        return EXIT_BUSY;
    }
    daemon->senders_lock_fd = lock_open(daemon, "senders.lock", error);
    if (daemon->senders_lock_fd < 0) {
        return EXIT_STORE;
    }
    if (!wait_for_senders(daemon->senders_lock_fd)) {
        error_set(error, STATUS_BUSY,
                  "sender processes of an earlier daemon still run with state_dir %s",
                  folder);
        return EXIT_BUSY;
    }
    return EXIT_OK;
}
