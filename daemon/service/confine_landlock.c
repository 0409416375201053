/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A sender's wall by Landlock (https://docs.kernel.org/userspace-api/landlock.html): it
 * may read what the resolver and TLS need, write in the folders it was given, and open
 * nothing else. libc has no wrappers.
 */
#include "service/confine.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Newer than Debian 12's headers. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

static const uint64_t to_read =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
/* What may be asked of a file that is not a folder. */
static const uint64_t of_files =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_TRUNCATE;
static const uint64_t to_write =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE |
    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
    LANDLOCK_ACCESS_FS_REFER;

/* Folders rather than their files: /etc/resolv.conf is replaced while the sender runs,
 * and a permission is to the file that was there. */
static const char *const readable[] = {
    "/etc",
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/var/lib/ca-certificates",
    "/run/systemd/resolve", /* where /etc/resolv.conf often points to */
    "/run/resolvconf",
    "/run/NetworkManager",
    "/run/connman",
    "/proc/self",
    "/dev/null",
    "/dev/random",
    "/dev/urandom",
};

/* Where an administrator may have put the certificate authorities instead. */
static const char *const readable_by_environment[] = { "SSL_CERT_FILE",
                                                       "SSL_CERT_DIR" };

/* Rights that this version of the kernel's Landlock can refuse. */
static uint64_t
known_rights(long version)
{
    uint64_t rights = LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1; /* those of version 1 */

    if (version >= 2) {
        rights |= LANDLOCK_ACCESS_FS_REFER;
    }
    if (version >= 3) {
        rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
    }
    return rights;
}

/* 0 also when there is no such path; else an errno. */
static int
allow(int ruleset, const char *path, uint64_t rights)
{
    struct landlock_path_beneath_attr rule = { .allowed_access = rights };
    struct stat info;
    int result = 0;

    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0) {
        return 0;
    }
    if (fstat(rule.parent_fd, &info) == 0 && !S_ISDIR(info.st_mode)) {
        rule.allowed_access &= of_files;
    }
    if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) !=
        0) {
        result = errno;
    }
    (void)close(rule.parent_fd);
    return result;
}

static int
allow_all(int ruleset, const struct confine_places *places, uint64_t known)
{
    int result = 0;

    for (size_t i = 0; i < ARRAY_COUNT(readable) && result == 0; i++) {
        result = allow(ruleset, readable[i], to_read & known);
    }
    for (size_t i = 0; i < ARRAY_COUNT(readable_by_environment) && result == 0; i++) {
        const char *path = getenv(readable_by_environment[i]);

        if (path != NULL && path[0] == '/') {
            result = allow(ruleset, path, to_read & known);
        }
    }
    for (size_t i = 0; i < places->writable.count && result == 0; i++) {
        result = allow(ruleset, places->writable.items[i], to_write & known);
    }
    return result;
}

/* 0 or an errno. */
static int
restrict_self(const struct confine_places *places, long version)
{
    struct landlock_ruleset_attr attributes = { .handled_access_fs =
                                                    known_rights(version) };
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes,
                               sizeof(attributes.handled_access_fs), 0);
    int result = ruleset < 0 ? errno : 0;

    if (result == 0) {
        result = allow_all(ruleset, places, attributes.handled_access_fs);
    }
    if (result == 0 && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
                        syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)) {
        result = errno;
    }
    if (ruleset >= 0) {
        (void)close(ruleset);
    }
    return result;
}

/* What may be opened includes all that lies inside: a hidden folder there stays open. */
static const char *
find_uncovered(const struct confine_places *places, const char *hidden)
{
    for (size_t i = 0; i < ARRAY_COUNT(readable); i++) {
        if (confine_is_beneath(hidden, readable[i])) {
            return readable[i];
        }
    }
    for (size_t i = 0; i < places->writable.count; i++) {
        if (confine_is_beneath(hidden, places->writable.items[i])) {
            return places->writable.items[i];
        }
    }
    return NULL;
}

static enum status
check_places(const struct confine_places *places, struct error *error)
{
    for (size_t i = 0; i < places->hidden.count; i++) {
        const char *hidden = places->hidden.items[i];
        const char *open_folder = find_uncovered(places, hidden);

        if (open_folder != NULL) {
            return error_set(error, STATUS_REFUSED,
                             "Landlock: %s lies in %s, which a sender needs", hidden,
                             open_folder);
        }
    }
    return STATUS_OK;
}

enum status
confine_by_landlock(const struct confine_places *places, struct error *error)
{
    long version =
        syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    int result = version < 0 ? errno : 0;

    if (result == 0 && check_places(places, error) != STATUS_OK) {
        return STATUS_REFUSED;
    }
    if (result == 0) {
        result = restrict_self(places, version);
    }
    if (result != 0) {
        return error_set(error, STATUS_REFUSED, "Landlock: %s", strerror(result));
    }
    return STATUS_OK;
}
