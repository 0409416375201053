/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The launcher process: waits for requests, forks and executes senders, reaps them.
 * It never returns into the code of the core that it was forked from.
 */
#include "sender/launcher_process.h"

#include "base/memory.h"
#include "base/status.h"
#include "model/request.h"
#include "sender/main.h"
#include "sender/places.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    /* What the senders get is moved up here first, so that putting one in its place
     * never closes another. */
    FIRST_MOVED_FD = 10,
    SENDER_KEEP_OPEN_FD = SENDER_FD + 1,
    SENDER_REPORT_FD = SENDER_FD + 2,
    MAX_CHILDREN = 256,
    GRACE_MS = 300 /* how long senders may take to see their end of file */
};

struct launcher_process {
    const char *program;
    int socket;
    int keep_open;
    pid_t children[MAX_CHILDREN];
    size_t n_children;
    /* The request that is being served. */
    char request[LAUNCHER_REQUEST_SIZE + 1];
    size_t request_len;
};

/* What a sender sees of the environment: nothing that could change where it connects
 * or what it trusts, other than what an administrator sets for that purpose. */
static const char *const kept_variables[] = {
    "PATH", "TZ", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR",
};

static void
on_child(int number)
{
    (void)number; /* exists so that ppoll is interrupted */
}

static void
handle_signal(int number, void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler };
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(number, &action, NULL);
}

static int
move_up(int fd)
{
    return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, FIRST_MOVED_FD);
}

static void
close_from(unsigned int first)
{
    if (close_range(first, ~0U, 0) == 0) {
        return;
    }
    const int limit = (int)sysconf(_SC_OPEN_MAX); /* a kernel before 5.9 */
    for (int fd = (int)first; fd < limit; fd++) {
        (void)close(fd);
    }
}

/* The command line: its title, the kind, and every place of the request. */
static char **
sender_arguments(const struct launcher_process *process, enum sender_kind kind)
{
    char **arguments = memory_array(3 + PLACES_MAX + 1, sizeof(arguments[0]));
    const char *place = process->request + 1;
    const char *end = process->request + process->request_len;
    size_t n = 0;
    arguments[n++] = string_format("budkavled: sender %s", sender_kind_name(kind));
    arguments[n++] = string_copy("--sender");
    arguments[n++] = string_copy(sender_kind_name(kind));
    while (place < end && n < 3 + PLACES_MAX) {
        arguments[n++] = string_copy(place); /* a NUL stands behind the request */
        place += strlen(place) + 1;
    }
    return arguments;
}

static char **
kept_environment(void)
{
    char **environment =
        memory_array(ARRAY_COUNT(kept_variables) + 1, sizeof(environment[0]));
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_COUNT(kept_variables); i++) {
        const char *value = getenv(kept_variables[i]);
        if (value != NULL) {
            environment[n++] = string_format("%s=%s", kept_variables[i], value);
        }
    }
    return environment;
}

/* In the new child. Tells errno through report when the program cannot be executed. */
static void __attribute__((noreturn))
become_sender(const struct launcher_process *process, enum sender_kind kind, int socket,
              int report, pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(0); /* the launcher died before the line above */
    }
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    handle_signal(SIGCHLD, SIG_DFL);

    char **arguments = sender_arguments(process, kind);
    char **environment = kept_environment();

    (void)close(SENDER_KEEP_OPEN_FD);
    if (dup2(socket, SENDER_FD) >= 0 &&
        (process->keep_open < 0 ||
         dup2(process->keep_open, SENDER_KEEP_OPEN_FD) >= 0) &&
        dup3(report, SENDER_REPORT_FD, O_CLOEXEC) >= 0) {
        close_from(SENDER_REPORT_FD + 1);
        (void)execve(process->program, arguments, environment);
        report = SENDER_REPORT_FD;
    }
    const int reason = errno;
    (void)!write(report, &reason, sizeof(reason));
    _exit(127);
}

/* Waits for the exec: the report's end of file means that it went well. */
static enum status
await_exec(const struct launcher_process *process, int report, struct error *error)
{
    int reason = 0;
    ssize_t n;
    do {
        n = read(report, &reason, sizeof(reason));
    } while (n < 0 && errno == EINTR);
    if (n == 0) {
        return STATUS_OK;
    }
    return error_set(error, STATUS_IO, "sender: %s cannot be executed: %s",
                     process->program, strerror(n < 0 ? errno : reason));
}

/* pair: the sender's end and the core's; report: the reading and the writing end. */
static enum status
fork_sender(struct launcher_process *process, enum sender_kind kind, const int pair[2],
            const int report[2], struct error *error)
{
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid < 0) {
        return error_set(error, STATUS_IO,
                         "sender: no process can be made for the sender %s: %s",
                         sender_kind_name(kind), strerror(errno));
    }
    if (pid == 0) {
        become_sender(process, kind, pair[0], report[1], parent);
    }
    process->children[process->n_children++] = pid;
    return STATUS_OK;
}

static void
close_pair(const int pair[2])
{
    for (size_t i = 0; i < 2; i++) {
        if (pair[i] >= 0) {
            (void)close(pair[i]);
        }
    }
}

static void
move_pair_up(int pair[2])
{
    for (size_t i = 0; i < 2; i++) {
        const int moved = move_up(pair[i]);
        (void)close(pair[i]);
        pair[i] = moved;
    }
}

/* Makes both pairs above FIRST_MOVED_FD; false when there is no room. */
static bool
make_pairs(int pair[2], int report[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        pair[0] = pair[1] = -1;
        return false;
    }
    move_pair_up(pair);
    if (pipe2(report, O_CLOEXEC) != 0) {
        report[0] = report[1] = -1;
        return false;
    }
    move_pair_up(report);
    return pair[0] >= 0 && pair[1] >= 0 && report[0] >= 0 && report[1] >= 0;
}

static enum status
start_sender(struct launcher_process *process, enum sender_kind kind, int *core_end,
             struct error *error)
{
    int pair[2] = { -1, -1 };
    int report[2] = { -1, -1 };
    enum status status;
    if (process->n_children == MAX_CHILDREN) {
        return error_set(error, STATUS_FULL, "sender: %d sender processes run already",
                         MAX_CHILDREN);
    }
    if (!make_pairs(pair, report)) {
        status = error_set(error, STATUS_IO,
                           "sender: no sockets can be made for the sender %s: %s",
                           sender_kind_name(kind), strerror(errno));
        goto out;
    }
    status = fork_sender(process, kind, pair, report, error);
    if (status != STATUS_OK) {
        goto out;
    }
    (void)close(report[1]);
    report[1] = -1;
    status = await_exec(process, report[0], error);
    if (status == STATUS_OK) {
        *core_end = pair[1];
        pair[1] = -1;
    }
out:
    close_pair(pair);
    close_pair(report);
    return status;
}

static void
send_answer(int socket, const char *text, size_t len, int fd)
{
    struct iovec part = { .iov_base = NULL, .iov_len = len };
    char copy[LAUNCHER_ANSWER_SIZE];
    memcpy(copy, text, len);
    part.iov_base = copy;
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { .bytes = { 0 } };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    if (fd >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof(control.bytes);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &fd, sizeof(int));
    }
    /* If it fails the core is gone, and the next receive says so. */
    (void)!sendmsg(socket, &message, MSG_NOSIGNAL);
}

static void
answer_request(struct launcher_process *process)
{
    const unsigned char kind = (unsigned char)process->request[0];
    struct error error = { 0 };
    int core_end = -1;
    enum status status =
        kind < SENDER_KIND_COUNT
            ? start_sender(process, (enum sender_kind)kind, &core_end, &error)
            : error_set(&error, STATUS_INVALID, "sender: there is no kind %u", kind);
    char answer[LAUNCHER_ANSWER_SIZE];
    answer[0] = (char)(status == STATUS_OK ? LAUNCHER_STARTED : LAUNCHER_FAILED);
    const size_t len = status == STATUS_OK ? 0 : strlen(error.text);
    memcpy(answer + 1, error.text, len);
    send_answer(process->socket, answer, 1 + len, core_end);
    if (core_end >= 0) {
        (void)close(core_end);
    }
}

static void
forget_child(struct launcher_process *process, pid_t pid)
{
    for (size_t i = 0; i < process->n_children; i++) {
        if (process->children[i] == pid) {
            process->children[i] = process->children[--process->n_children];
            return;
        }
    }
}

static void
reap(struct launcher_process *process)
{
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
        forget_child(process, pid);
    }
}

/* SIGCHLD is blocked here, so that it waits for sigtimedwait. */
static void
end_children(struct launcher_process *process)
{
    sigset_t child_only;
    (void)sigemptyset(&child_only);
    (void)sigaddset(&child_only, SIGCHLD);
    const struct timespec grace = { .tv_nsec = GRACE_MS * 1000000L };
    reap(process);
    while (process->n_children > 0 && sigtimedwait(&child_only, NULL, &grace) > 0) {
        reap(process);
    }
    for (size_t i = 0; i < process->n_children; i++) {
        (void)kill(process->children[i], SIGKILL);
    }
    while (process->n_children > 0) {
        const pid_t pid = waitpid(-1, NULL, 0);
        if (pid < 0 && errno != EINTR) {
            return;
        }
        forget_child(process, pid);
    }
}

static void
serve(struct launcher_process *process)
{
    sigset_t none;
    (void)sigemptyset(&none);
    for (;;) {
        struct pollfd ready = { .fd = process->socket, .events = POLLIN };
        const int n_ready = ppoll(&ready, 1, NULL, &none);
        if (n_ready < 0 && errno != EINTR) {
            return;
        }
        reap(process);
        if (n_ready < 0) {
            continue;
        }
        const ssize_t n = recv(process->socket, process->request, LAUNCHER_REQUEST_SIZE,
                               MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
            return;
        }
        if (n > 0) {
            process->request_len = (size_t)n;
            process->request[n] = '\0';
            answer_request(process);
        }
    }
}

/* Ends what was inherited from the core: its file descriptors and signal handlers. */
static void
detach_from_core(struct launcher_process *process, int socket, int keep_open)
{
    static const int ignored[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE };
    for (size_t i = 0; i < ARRAY_COUNT(ignored); i++) {
        handle_signal(ignored[i], SIG_IGN); /* the core decides when to end */
    }
    handle_signal(SIGCHLD, on_child);
    sigset_t child_only;
    (void)sigemptyset(&child_only);
    (void)sigaddset(&child_only, SIGCHLD);
    (void)sigprocmask(SIG_SETMASK, &child_only, NULL);

    /* Both go to the lowest numbers, and everything above them is closed. */
    const int moved_socket = move_up(socket);
    const int moved_keep_open = move_up(keep_open);
    process->socket = dup3(moved_socket, STDERR_FILENO + 1, O_CLOEXEC);
    process->keep_open =
        moved_keep_open < 0 ? -1 : dup3(moved_keep_open, STDERR_FILENO + 2, O_CLOEXEC);
    if (process->socket < 0 || (keep_open >= 0 && process->keep_open < 0)) {
        _exit(1);
    }
    close_from(STDERR_FILENO + (process->keep_open < 0 ? 2U : 3U));
    process->socket = move_up(process->socket);
    process->keep_open = move_up(process->keep_open);
    (void)close(STDERR_FILENO + 1);
    (void)close(STDERR_FILENO + 2);
}

void
launcher_process_run(int socket, int keep_open, const char *program)
{
    struct launcher_process process = { .program = program };
    (void)prctl(PR_SET_NAME, "launcher");
    (void)prctl(PR_SET_DUMPABLE, 0);
    detach_from_core(&process, socket, keep_open);
    serve(&process);
    end_children(&process);
    _exit(0);
}
