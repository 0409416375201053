/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A wall by Landlock around a few places, for programs of others: Landlock lists what is
 * allowed, so everything beside the hidden places is listed, folder by folder on the way
 * to each of them.
 */
#include "service/confine.h"

#include "base/memory.h"

#include <dirent.h>
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
enum {
    RIGHTS_OF_VERSION_1 = 13, /* so many bits */
    RIGHTS_OF_VERSION_2 = 14,
    RIGHTS_OF_VERSION_3 = 15,
    VERSION_WITH_SCOPES = 6
};

struct ruleset_attributes {
    uint64_t handled_access_fs;
    uint64_t handled_access_net; /* none: the network is open to programs */
    uint64_t scoped;
};

/* LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET and LANDLOCK_SCOPE_SIGNAL. */
#define SCOPED (UINT64_C(1) << 0 | UINT64_C(1) << 1)

static const uint64_t of_files =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
    LANDLOCK_ACCESS_FS_EXECUTE | UINT64_C(1) << (RIGHTS_OF_VERSION_3 - 1);

struct around {
    int ruleset;
    uint64_t rights;
    struct strings hidden; /* real paths */
    int reason;            /* 0, or the errno of what failed */
};

static uint64_t
known_rights(long version)
{
    int n_bits = version >= 3   ? RIGHTS_OF_VERSION_3
                 : version >= 2 ? RIGHTS_OF_VERSION_2
                                : RIGHTS_OF_VERSION_1;

    return (UINT64_C(1) << n_bits) - 1;
}

static void
add_real(struct strings *real, const struct strings *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        char *path = realpath(paths->items[i], NULL);

        if (path != NULL) {
            strings_take(real, path);
        }
    }
}

static bool
is_hidden(const struct around *around, const char *path)
{
    for (size_t i = 0; i < around->hidden.count; i++) {
        if (confine_is_beneath(path, around->hidden.items[i])) {
            return true;
        }
    }
    return false;
}

static bool
has_hidden(const struct around *around, const char *path)
{
    for (size_t i = 0; i < around->hidden.count; i++) {
        if (confine_is_beneath(around->hidden.items[i], path)) {
            return true;
        }
    }
    return false;
}

/* What cannot be opened is not there, or is nobody's here. */
static void
allow(struct around *around, const char *path, bool is_folder)
{
    struct landlock_path_beneath_attr rule = {
        .allowed_access = is_folder ? around->rights : around->rights & of_files
    };

    rule.parent_fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (rule.parent_fd < 0) {
        return;
    }
    /* EBADFD: a file of a kind that needs no rule, such as one of a pipe. */
    if (syscall(SYS_landlock_add_rule, around->ruleset, LANDLOCK_RULE_PATH_BENEATH,
                &rule, 0) != 0 &&
        errno != EBADFD) {
        around->reason = errno;
    }
    (void)close(rule.parent_fd);
}

/* Links need no rule: where they lead to has one, or is hidden. */
static bool
is_link(const char *path, bool *is_folder)
{
    struct stat info;

    if (lstat(path, &info) != 0) {
        return true;
    }
    *is_folder = S_ISDIR(info.st_mode);
    return S_ISLNK(info.st_mode);
}

/* The paths of what lies in the folder, "/" at its end aside. */
static void
list_folder(const char *folder, struct strings *paths)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;

    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            strings_take(paths,
                         string_format("%s/%s", strcmp(folder, "/") == 0 ? "" : folder,
                                       entry->d_name));
        }
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
}

/* Everything in the folders on the way to what is hidden, but what is hidden. */
static void
allow_beside(struct around *around)
{
    struct strings folders = { 0 };

    strings_add(&folders, "/");
    for (size_t i = 0; i < folders.count && around->reason == 0; i++) {
        struct strings paths = { 0 };

        list_folder(folders.items[i], &paths);
        for (size_t j = 0; j < paths.count && around->reason == 0; j++) {
            const char *path = paths.items[j];
            bool is_folder = false;

            if (is_hidden(around, path) || is_link(path, &is_folder)) {
                continue;
            }
            if (has_hidden(around, path)) {
                strings_add(&folders, path);
            } else {
                allow(around, path, is_folder);
            }
        }
        strings_clear(&paths);
    }
    strings_clear(&folders);
}

/* 0 or an errno. */
static int
restrict_self(const struct confine_places *places, long version)
{
    struct around around = { .rights = known_rights(version) };
    struct ruleset_attributes attributes = { .handled_access_fs = around.rights,
                                             .scoped = version >= VERSION_WITH_SCOPES
                                                           ? SCOPED
                                                           : 0 };

    around.ruleset = (int)syscall(
        SYS_landlock_create_ruleset, &attributes,
        version >= VERSION_WITH_SCOPES ? sizeof(attributes) : sizeof(uint64_t), 0);
    if (around.ruleset < 0) {
        return errno;
    }
    add_real(&around.hidden, &places->hidden);
    add_real(&around.hidden, &places->private);
    allow_beside(&around);
    if (around.reason == 0 &&
        (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
         syscall(SYS_landlock_restrict_self, around.ruleset, 0) != 0)) {
        around.reason = errno;
    }
    (void)close(around.ruleset);
    strings_clear(&around.hidden);
    return around.reason;
}

enum status
confine_around(const struct confine_places *places, struct error *error)
{
    long version =
        syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    int reason = version < 0 ? errno : restrict_self(places, version);

    if (reason != 0) {
        return error_set(error, STATUS_REFUSED, "Landlock: %s", strerror(reason));
    }
    return STATUS_OK;
}
