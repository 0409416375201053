/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The core's side of the launcher: forks it, asks it for senders, ends it.
 */
#include "sender/launcher.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "sender/launcher_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SPAWN_LIMIT_MS = 5000,
    STOP_LIMIT_MS = 800
};

struct launcher {
    pid_t pid;
    int socket;
};

enum status
launcher_start(const char *program, int keep_open, struct launcher **launcher,
               struct error *error)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        return error_set(error, STATUS_IO,
                         "launcher: no socketpair can be made for it: %s",
                         strerror(errno));
    }
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid < 0) {
        (void)close(pair[0]);
        (void)close(pair[1]);
        return error_set(error, STATUS_IO,
                         "launcher: no process can be made for it: %s",
                         strerror(errno));
    }
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) {
            _exit(0); /* the core died before the line above */
        }
        launcher_process_run(pair[1], keep_open, program);
    }
    (void)close(pair[1]);
    struct launcher *started = memory_alloc(sizeof(*started));
    started->pid = pid;
    started->socket = pair[0];
    *launcher = started;
    return STATUS_OK;
}

/* The file descriptor that came with a message, or -1. */
static int
attached_fd(struct msghdr *message)
{
    const struct cmsghdr *header = CMSG_FIRSTHDR(message);
    int fd = -1;
    if (header != NULL && header->cmsg_level == SOL_SOCKET &&
        header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(sizeof(int))) {
        memcpy(&fd, CMSG_DATA(header), sizeof(fd));
    }
    return fd;
}

/* Receives one answer without waiting. As recv(2); *fd is -1 when none came along. */
static ssize_t
receive_answer(int socket, char answer[LAUNCHER_ANSWER_SIZE], int *fd)
{
    struct iovec part = { .iov_base = answer, .iov_len = LAUNCHER_ANSWER_SIZE };
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { .bytes = { 0 } };
    struct msghdr message = { .msg_iov = &part,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof(control.bytes) };
    *fd = -1;
    const ssize_t n = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n > 0) {
        *fd = attached_fd(&message);
    }
    return n;
}

bool
launcher_is_alive(const struct launcher *launcher)
{
    /* An answer that came too late for its request is thrown away: its sender sees the
     * end of file and ends. */
    char answer[LAUNCHER_ANSWER_SIZE];
    int fd = -1;
    ssize_t n;
    while ((n = receive_answer(launcher->socket, answer, &fd)) > 0) {
        if (fd >= 0) {
            (void)close(fd);
        }
    }
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static enum status
await_answer(const struct launcher *launcher, char answer[LAUNCHER_ANSWER_SIZE],
             size_t *len, int *fd, struct error *error)
{
    struct pollfd ready = { .fd = launcher->socket, .events = POLLIN };
    int n_ready;
    do {
        n_ready = poll(&ready, 1, SPAWN_LIMIT_MS);
    } while (n_ready < 0 && errno == EINTR);
    if (n_ready == 0) {
        return error_set(error, STATUS_BUSY, "launcher: gave no answer within %d s",
                         SPAWN_LIMIT_MS / 1000);
    }
    const ssize_t n = receive_answer(launcher->socket, answer, fd);
    if (n <= 0) {
        return error_set(error, STATUS_IO, "the launcher ended");
    }
    *len = (size_t)n;
    return STATUS_OK;
}

/* False when the launcher is gone or takes no message of this size. */
static bool
send_request(const struct launcher *launcher, enum sender_kind kind,
             const struct strings *places)
{
    struct buffer request = { 0 };
    buffer_add_char(&request, (char)kind);
    for (size_t i = 0; i < places->count; i++) {
        buffer_append(&request, places->items[i], strlen(places->items[i]) + 1);
    }
    const bool is_sent = request.len <= LAUNCHER_REQUEST_SIZE &&
                         send(launcher->socket, request.data, request.len,
                              MSG_NOSIGNAL) == (ssize_t)request.len;
    buffer_clear(&request);
    return is_sent;
}

enum status
launcher_spawn(struct launcher *launcher, enum sender_kind kind,
               const struct strings *places, int *fd, struct error *error)
{
    if (!launcher_is_alive(launcher) || !send_request(launcher, kind, places)) {
        return error_set(error, STATUS_IO, "the launcher ended");
    }
    char answer[LAUNCHER_ANSWER_SIZE] = "";
    size_t len = 0;
    int received = -1;
    enum status status = await_answer(launcher, answer, &len, &received, error);
    if (status != STATUS_OK) {
        return status;
    }
    if (answer[0] != LAUNCHER_STARTED || received < 0) {
        if (received >= 0) {
            (void)close(received);
        }
        return error_set(error, STATUS_IO, "%.*s", (int)(len - 1), answer + 1);
    }
    const int flags = fcntl(received, F_GETFL);
    if (flags < 0 || fcntl(received, F_SETFL, flags | O_NONBLOCK) != 0) {
        (void)close(received);
        return error_set(error, STATUS_IO, "sender: its socket is unusable: %s",
                         strerror(errno));
    }
    *fd = received;
    return STATUS_OK;
}

/* Waits for the launcher's end; false when the time is up. */
static bool
await_end(pid_t pid, int limit_ms)
{
    const int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0) {
        return false;
    }
    struct pollfd ended = { .fd = fd, .events = POLLIN };
    int n;
    do {
        n = poll(&ended, 1, limit_ms);
    } while (n < 0 && errno == EINTR);
    (void)close(fd);
    return n == 1;
}

void
launcher_stop(struct launcher *launcher)
{
    if (launcher == NULL) {
        return;
    }
    (void)close(launcher->socket);
    if (!await_end(launcher->pid, STOP_LIMIT_MS)) {
        (void)kill(launcher->pid, SIGKILL); /* the senders' death signal follows */
    }
    while (waitpid(launcher->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    free(launcher);
}

int
launcher_fd(const struct launcher *launcher)
{
    return launcher->socket;
}
