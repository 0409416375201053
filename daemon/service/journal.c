/* SPDX-License-Identifier: EUPL-1.2 */
/* Log lines to the journal, with their fields. */
#include "service/journal.h"

#include "base/utf8.h"
#include "service/service.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    MAX_VALUE_BYTES = 4096, /* an entry stays far below what a datagram takes */
    SEND_TIMEOUT_S = 1
};

static struct {
    int fd; /* while is_open */
    bool is_open;
    struct sockaddr_un address;
} journal;

bool
journal_is_stderr(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device = 0;
    unsigned long long inode = 0;
    char *end = NULL;
    struct stat info;

    if (stream == NULL) {
        return false;
    }
    device = strtoull(stream, &end, 10);
    if (*end != ':') {
        return false;
    }
    inode = strtoull(end + 1, &end, 10);
    return *end == '\0' && fstat(STDERR_FILENO, &info) == 0 &&
           info.st_dev == (dev_t)device && info.st_ino == (ino_t)inode;
}

/* A value with a line feed is written with its length, 64 bits little-endian. */
static void
add_field(struct buffer *out, const char *prefix, const char *name, const char *value)
{
    size_t len = utf8_cut(value, MAX_VALUE_BYTES);

    buffer_addf(out, "%s%s", prefix, name);
    if (memchr(value, '\n', len) == NULL) {
        buffer_add_char(out, '=');
    } else {
        buffer_add_char(out, '\n');
        for (unsigned shift = 0; shift < 64; shift += 8) {
            buffer_add_char(out, (char)(((uint64_t)len >> shift) & 0xff));
        }
    }
    buffer_append(out, value, len);
    buffer_add_char(out, '\n');
}

void
journal_entry(struct buffer *out, enum log_level level, enum log_kind kind,
              const char *message, const struct log_field *fields, size_t n_fields)
{
    char line[MAX_VALUE_BYTES];
    const char *id = log_kind_id(kind);

    /* Who reads the journal sees MESSAGE only: it has the fields' values too. */
    log_format_line(line, sizeof(line), message, fields, n_fields);
    add_field(out, "", "MESSAGE", line);
    buffer_addf(out, "PRIORITY=%d\nSYSLOG_IDENTIFIER=%s\n", (int)level,
                program_invocation_short_name);
    if (id != NULL) {
        add_field(out, "", "MESSAGE_ID", id);
    }
    for (size_t i = 0; i < n_fields; i++) {
        if (fields[i].value != NULL) {
            add_field(out, "BUDKAVLE_", fields[i].name, fields[i].value);
        }
    }
}

/* As systemd reads it from stderr, when the socket takes nothing. */
static void
write_to_stderr(enum log_level level, const char *message,
                const struct log_field *fields, size_t n_fields)
{
    char line[MAX_VALUE_BYTES];

    log_format_line(line, sizeof(line), message, fields, n_fields);
    dprintf(STDERR_FILENO, "<%d>%s\n", (int)level, line);
}

static void
on_line(void *context, enum log_level level, enum log_kind kind, const char *message,
        const struct log_field *fields, size_t n_fields)
{
    struct buffer entry = { 0 };
    ssize_t sent = 0;

    (void)context;
    journal_entry(&entry, level, kind, message, fields, n_fields);
    do {
        /* By address: a connection would not outlive a restart of the journal. */
        sent =
            sendto(journal.fd, entry.data, entry.len, MSG_NOSIGNAL,
                   (const struct sockaddr *)&journal.address, sizeof(journal.address));
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        write_to_stderr(level, message, fields, n_fields);
    }
    buffer_clear(&entry);
}

static bool
answers(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool is_there = false;

    if (fd >= 0) {
        is_there = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;
        close(fd);
    }
    return is_there;
}

bool
journal_open(const char *socket_path)
{
    const struct timeval timeout = { .tv_sec = SEND_TIMEOUT_S };
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = -1;

    if (strlen(socket_path) >= sizeof(address.sun_path)) {
        return false;
    }
    memcpy(address.sun_path, socket_path, strlen(socket_path));
    if (!answers(&address)) {
        return false;
    }
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return false;
    }
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
    journal_close();
    journal.fd = fd;
    journal.address = address;
    journal.is_open = true;
    log_set_sink(on_line, NULL);
    return true;
}

void
journal_close(void)
{
    if (journal.is_open) {
        log_set_sink(NULL, NULL);
        close(journal.fd);
        journal.is_open = false;
    }
}

void
service_log_init(void)
{
    if (journal_is_stderr()) {
        journal_open(JOURNAL_SOCKET);
    }
}
