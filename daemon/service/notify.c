/* SPDX-License-Identifier: EUPL-1.2 */
/* What systemd is told: sd_notify(3)'s protocol, without its library. */
#include "service/service.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    MAX_STATUS_BYTES = 400,
    MAX_TEXT_BYTES = 600,
    SEND_TIMEOUT_S = 1 /* a loop that waits longer for systemd would be no use */
};

static struct {
    int fd; /* while is_open */
    bool is_open;
    struct sockaddr_un address;
    socklen_t address_len;
    int64_t watchdog_ms;
    char status[MAX_STATUS_BYTES + 1];
} service;

/* A path, or a name in the abstract namespace that begins with "@". */
static bool
read_address(const char *text)
{
    size_t len = strlen(text);

    if ((text[0] != '/' && text[0] != '@') || len < 2 ||
        len >= sizeof(service.address.sun_path)) {
        log_warning("service: NOTIFY_SOCKET is neither a path nor an abstract name");
        return false;
    }
    service.address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    memcpy(service.address.sun_path, text, len);
    if (text[0] == '@') {
        service.address.sun_path[0] = '\0';
    }
    service.address_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    return true;
}

static void
open_socket(void)
{
    const struct timeval timeout = { .tv_sec = SEND_TIMEOUT_S };

    service.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (service.fd < 0) {
        log_warning("service: systemd cannot be told anything: %s", strerror(errno));
        return;
    }
    setsockopt(service.fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
    service.is_open = true;
}

/* The number in the environment, or 0. */
static int64_t
environment_number(const char *name)
{
    const char *text = getenv(name);
    char *end = NULL;
    int64_t number = 0;

    if (text == NULL || text[0] < '0' || text[0] > '9') {
        return 0;
    }
    errno = 0;
    number = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0' ? number : 0;
}

static int64_t
read_watchdog_ms(void)
{
    int64_t usec = environment_number("WATCHDOG_USEC");

    if (getenv("WATCHDOG_PID") != NULL &&
        environment_number("WATCHDOG_PID") != getpid()) {
        return 0;
    }
    /* Half of the time, as sd_watchdog_enabled(3) asks. */
    return usec <= 0 ? 0 : (usec < 2000 ? 1 : usec / 2000);
}

void
service_init(void)
{
    const char *address = getenv("NOTIFY_SOCKET");

    if (service.is_open) {
        close(service.fd);
    }
    service.is_open = false;
    service.status[0] = '\0';
    service.watchdog_ms = read_watchdog_ms();
    if (address != NULL && read_address(address)) {
        open_socket();
    }
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

static void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void
tell(const char *format, ...)
{
    char text[MAX_TEXT_BYTES + 1];
    va_list arguments;
    ssize_t sent = 0;
    int len = 0;

    if (!service.is_open) {
        return;
    }
    va_start(arguments, format);
    len = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (len < 0 || (size_t)len >= sizeof(text)) {
        fatal("service: a notification of %d bytes", len);
    }
    do {
        sent = sendto(service.fd, text, (size_t)len, MSG_NOSIGNAL,
                      (const struct sockaddr *)&service.address, service.address_len);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        log_debug("service: systemd was not told: %s", strerror(errno));
    }
}

/* One line: a line feed would begin another assignment. */
static void
note_status(const char *status_line)
{
    size_t len = utf8_cut(status_line, MAX_STATUS_BYTES);

    memcpy(service.status, status_line, len);
    service.status[len] = '\0';
    for (size_t i = 0; i < len; i++) {
        if (service.status[i] == '\n' || service.status[i] == '\r') {
            service.status[i] = ' ';
        }
    }
}

void
service_ready(const char *status_line)
{
    note_status(status_line);
    tell("READY=1\nSTATUS=%s", service.status);
}

void
service_status(const char *status_line)
{
    char *before = string_copy(service.status);

    note_status(status_line);
    if (!string_equal(before, service.status)) {
        tell("STATUS=%s", service.status);
    }
    free(before);
}

void
service_reloading(int64_t mono_us)
{
    tell("RELOADING=1\nMONOTONIC_USEC=%" PRId64, mono_us);
}

void
service_stopping(void)
{
    tell("STOPPING=1");
}

void
service_extend_timeout(int64_t more_ms)
{
    tell("EXTEND_TIMEOUT_USEC=%" PRId64, more_ms * 1000);
}

int64_t
service_watchdog_ms(void)
{
    return service.watchdog_ms;
}

void
service_watchdog_feed(void)
{
    if (service.watchdog_ms > 0) {
        tell("WATCHDOG=1");
    }
}
