/* SPDX-License-Identifier: EUPL-1.2 */
/* What only the system knows: time zones, users and groups, files of secrets. */
#include "config/loading.h"

#include "base/buffer.h"
#include "base/memory.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZONE_FOLDER "/usr/share/zoneinfo"

enum {
    MAX_SECRET_BYTES = 64 * 1024,
    MAX_TEXT_BYTES = 1024 * 1024
};

static account_lookup *lookup;

void
config_set_account_lookup(account_lookup *other)
{
    lookup = other;
}

static bool
find_in_system(const char *name, bool is_group, uint32_t *id)
{
    const struct passwd *user = is_group ? NULL : getpwnam(name);
    const struct group *group = is_group ? getgrnam(name) : NULL;

    if (user != NULL) {
        *id = user->pw_uid;
    } else if (group != NULL) {
        *id = group->gr_gid;
    }
    return user != NULL || group != NULL;
}

bool
account_find(const char *name, bool is_group, uint32_t *id)
{
    char *end = NULL;
    unsigned long number = 0;

    if (isdigit((unsigned char)name[0]) != 0) {
        errno = 0;
        number = strtoul(name, &end, 10);
        *id = (uint32_t)number;
        /* All ones means "nobody" to system calls. */
        return errno == 0 && *end == '\0' && number < UINT32_MAX;
    }
    return lookup != NULL ? lookup(name, is_group, id)
                          : find_in_system(name, is_group, id);
}

static bool
is_zone_name(const char *zone)
{
    return zone[0] != '/' && zone[0] != '\0' && strstr(zone, "..") == NULL &&
           strspn(zone, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789_+-/") == strlen(zone);
}

/* A zone's file begins with "TZif" (RFC 8536). */
static bool
is_zone_file(const char *path)
{
    char magic[4] = { 0 };
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is_zone = false;

    if (fd >= 0) {
        is_zone = read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
                  memcmp(magic, "TZif", sizeof(magic)) == 0;
        close(fd);
    }
    return is_zone;
}

bool
zone_exists(const char *zone, struct error *error)
{
    const char *folder = getenv("TZDIR");
    char *path = NULL;
    bool exists = false;

    if (folder == NULL || folder[0] == '\0') {
        folder = ZONE_FOLDER;
    }
    path = string_format("%s/%s", folder, zone);
    exists = strcmp(zone, "UTC") == 0 || (is_zone_name(zone) && is_zone_file(path));
    if (!exists && access(folder, X_OK) != 0) {
        error_set(error, STATUS_NOT_FOUND,
                  "\"%s\" cannot be checked: there is no %s (package tzdata)", zone,
                  folder);
    } else if (!exists) {
        error_set(error, STATUS_NOT_FOUND,
                  "\"%s\" is not a time zone: there is no %s; a right one is "
                  "\"Europe/Stockholm\"",
                  zone, path);
    }
    free(path);
    return exists;
}

/* A credential that a drop-in names; and a file of a folder that the unit loads as a
 * whole, which systemd names ID_FILE. */
static const char *const credential_prefixes[] = { "", "budkavle_", "sealed_" };

char *
file_resolve(const char *name, const char *folder, bool is_secret)
{
    const char *credentials = is_secret ? getenv("CREDENTIALS_DIRECTORY") : NULL;
    char *path = NULL;

    if (name[0] == '/') {
        return string_copy(name);
    }
    for (size_t i = 0; i < ARRAY_COUNT(credential_prefixes); i++) {
        if (credentials == NULL || credentials[0] == '\0') {
            break;
        }
        path = string_format("%s/%s%s", credentials, credential_prefixes[i], name);
        if (access(path, F_OK) == 0) {
            return path;
        }
        free(path);
    }
    return string_format("%s/%s", folder, name);
}

/* The text without outer white space; NULL when nothing is left. */
static char *
trim(const char *data, size_t len)
{
    size_t start = 0;

    while (start < len && isspace((unsigned char)data[start]) != 0) {
        start++;
    }
    while (len > start && isspace((unsigned char)data[len - 1]) != 0) {
        len--;
    }
    return len == start ? NULL : string_copy_n(data + start, len - start);
}

char *
text_file_read(const char *path, struct error *error)
{
    struct buffer text = { 0 };
    char piece[16 * 1024];
    ssize_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0) {
        error_set(error, STATUS_IO, "%s cannot be read: %s", path, strerror(errno));
        return NULL;
    }
    while (text.len <= MAX_TEXT_BYTES && (n = read(fd, piece, sizeof(piece))) > 0) {
        buffer_append(&text, piece, (size_t)n);
    }
    if (n < 0) {
        error_set(error, STATUS_IO, "%s cannot be read: %s", path, strerror(errno));
    } else if (text.len > MAX_TEXT_BYTES) {
        error_set(error, STATUS_LIMIT, "%s is larger than %d bytes", path,
                  (int)MAX_TEXT_BYTES);
        n = -1;
    } else if (text.len == 0 || memchr(text.data, '\0', text.len) != NULL) {
        error_set(error, STATUS_INVALID, "%s is %s", path,
                  text.len == 0 ? "empty" : "no text: it has a NUL byte");
        n = -1;
    }
    (void)close(fd);
    if (n < 0) {
        buffer_clear(&text);
        return NULL;
    }
    return buffer_take(&text);
}

static enum status
read_secret(int fd, const char *path, char **secret, struct error *error)
{
    char *data = memory_alloc(MAX_SECRET_BYTES + 1);
    size_t len = 0;
    ssize_t n = 0;
    enum status status = STATUS_OK;

    do {
        n = read(fd, data + len, MAX_SECRET_BYTES + 1 - len);
        len += n > 0 ? (size_t)n : 0;
    } while (n > 0 && len <= MAX_SECRET_BYTES);
    if (n < 0) {
        status =
            error_set(error, STATUS_IO, "%s cannot be read: %s", path, strerror(errno));
    } else if (len > MAX_SECRET_BYTES) {
        status = error_set(error, STATUS_LIMIT, "%s is larger than %d bytes", path,
                           (int)MAX_SECRET_BYTES);
    } else if (memchr(data, '\0', len) != NULL) {
        status = error_set(error, STATUS_INVALID, "%s has a NUL byte in it", path);
    } else {
        *secret = trim(data, len);
        if (*secret == NULL) {
            status = error_set(error, STATUS_INVALID, "%s is empty", path);
        }
    }
    explicit_bzero(data, MAX_SECRET_BYTES + 1);
    free(data);
    return status;
}

enum status
secret_read(const char *path, char **secret, bool *is_open, struct error *error)
{
    enum status status = STATUS_OK;
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    *secret = NULL;
    *is_open = false;
    if (fd < 0) {
        return error_set(error, STATUS_IO, "%s cannot be read: %s", path,
                         strerror(errno));
    }
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        status = error_set(error, STATUS_INVALID, "%s is not a file", path);
    } else {
        *is_open = (info.st_mode & S_IROTH) != 0;
        status = read_secret(fd, path, secret, error);
    }
    close(fd);
    return status;
}
