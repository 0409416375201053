/* SPDX-License-Identifier: EUPL-1.2 */
/* What systemd hands over: sd_listen_fds(3)'s protocol, without its library. */
#include "service/service.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    FIRST_FD = 3, /* SD_LISTEN_FDS_START */
    MAX_FDS = 64
};

static bool
is_listening_unix_stream(int fd)
{
    int domain = 0;
    int type = 0;
    int listening = 0;
    socklen_t len = sizeof(int);

    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 &&
           domain == AF_UNIX && type == SOCK_STREAM && listening != 0;
}

/* How many descriptors were meant for this process. */
static int
handed_over(void)
{
    const char *pid = getenv("LISTEN_PID");
    const char *count = getenv("LISTEN_FDS");
    long n = 0;

    if (pid == NULL || count == NULL || strtol(pid, NULL, 10) != (long)getpid()) {
        return 0;
    }
    n = strtol(count, NULL, 10);
    return n < 0 ? 0 : (n > MAX_FDS ? MAX_FDS : (int)n);
}

int
service_listen_fd(void)
{
    int n = handed_over();
    int found = -1;

    for (int fd = FIRST_FD; fd < FIRST_FD + n; fd++) {
        if (found < 0 && is_listening_unix_stream(fd)) {
            found = fd;
        } else {
            log_warning("service: file descriptor %d from systemd is not used: it is "
                        "%s",
                        fd,
                        found < 0 ? "no listening Unix stream socket"
                                  : "one more than the socket");
            close(fd);
        }
    }
    if (found >= 0 &&
        (fcntl(found, F_SETFD, FD_CLOEXEC) != 0 ||
         fcntl(found, F_SETFL, fcntl(found, F_GETFL) | O_NONBLOCK) != 0)) {
        log_warning("service: the socket from systemd cannot be prepared: %s",
                    strerror(errno));
    }
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    return found;
}
