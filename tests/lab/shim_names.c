/* SPDX-License-Identifier: EUPL-1.2 */
/* libc's functions that make, move and remove names. */
#include "shim.h"

#include "journal.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int mkdirat_function(int, const char *, mode_t);
typedef int renameat2_function(int, const char *, int, const char *, unsigned int);
typedef int unlinkat_function(int, const char *, int);

int
renameat2(int from_at, const char *from, int to_at, const char *to, unsigned int flags)
{
    char from_buffer[PATH_MAX], to_buffer[PATH_MAX];
    const char *from_path = shim_absolute(from_at, from, from_buffer);
    const char *to_path = shim_absolute(to_at, to, to_buffer);
    int result;

    REAL(renameat2_function *, "renameat2")
    if (shim_fails_on_path(CALL_RENAME, from_path)) {
        return -1;
    }
    result = real(from_at, from, to_at, to, flags);
    if (result == 0 && journal_is_open()) {
        journal_renamed(from_path, to_path);
    }
    return result;
}

int
renameat(int from_at, const char *from, int to_at, const char *to)
{
    return renameat2(from_at, from, to_at, to, 0);
}

int
rename(const char *from, const char *to)
{
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
unlinkat(int at, const char *path, int flags)
{
    char buffer[PATH_MAX];
    const char *whole = shim_absolute(at, path, buffer);
    int result;

    REAL(unlinkat_function *, "unlinkat")
    if (shim_fails_on_path(CALL_UNLINK, whole)) {
        return -1;
    }
    result = real(at, path, flags);
    if (result == 0 && journal_is_open()) {
        journal_unlinked(whole);
    }
    return result;
}

int
unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}

int
mkdirat(int at, const char *path, mode_t mode)
{
    char buffer[PATH_MAX];
    const char *whole = shim_absolute(at, path, buffer);
    int result;

    REAL(mkdirat_function *, "mkdirat")
    if (shim_fails_on_path(CALL_MKDIR, whole)) {
        return -1;
    }
    result = real(at, path, mode);
    if (result == 0 && journal_is_open()) {
        journal_made_folder(whole);
    }
    return result;
}

int
mkdir(const char *path, mode_t mode)
{
    return mkdirat(AT_FDCWD, path, mode);
}
