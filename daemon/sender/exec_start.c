/* SPDX-License-Identifier: EUPL-1.2 */
/* From a request to a process: pipes, limits, a clean environment, and the program. */
#include "sender/exec_start.h"

#include "base/memory.h"
#include "service/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    REPORT_FD = STDERR_FILENO + 1, /* of the child; closed by the program's start */
    FIRST_FREE_FD = 10,
    OPEN_FILES_MOST = 256,
    CPU_SECONDS_MORE = 5 /* than the whole run may take */
};
#define FILE_BYTES_MOST (64L * 1024 * 1024)

static const char *const fixed_environment[] = {
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG=C.UTF-8",
};

/* [0] is read from, [1] written to. */
struct exec_pipes {
    int input[2], output[2], error[2], report[2];
};

static void
close_one(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

static void
close_both(int ends[2])
{
    close_one(&ends[0]);
    close_one(&ends[1]);
}

static void
close_pipes(struct exec_pipes *pipes)
{
    close_both(pipes->input);
    close_both(pipes->output);
    close_both(pipes->error);
    close_both(pipes->report);
}

/* Both ends above the child's own, so that putting one in its place closes no other. */
static bool
make_pipe(int ends[2])
{
    int low[2];
    if (pipe2(low, O_CLOEXEC) != 0) {
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, FIRST_FREE_FD);
        (void)close(low[i]);
    }
    return ends[0] >= 0 && ends[1] >= 0;
}

static bool
make_pipes(struct exec_pipes *pipes)
{
    return make_pipe(pipes->input) && make_pipe(pipes->output) &&
           make_pipe(pipes->error) && make_pipe(pipes->report);
}

static char **
null_ended(const char *const *first, size_t n_first, const struct strings *more)
{
    char **list = memory_array(n_first + more->count + 1, sizeof(list[0]));
    for (size_t i = 0; i < n_first; i++) {
        list[i] = string_copy(first[i]);
    }
    for (size_t i = 0; i < more->count; i++) {
        list[n_first + i] = string_copy(more->items[i]);
    }
    return list;
}

static void
set_limit(int resource, rlim_t most)
{
    struct rlimit limit = { 0 };
    if (getrlimit((__rlimit_resource_t)resource, &limit) == 0) {
        limit.rlim_max = limit.rlim_max < most ? limit.rlim_max : most;
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit((__rlimit_resource_t)resource, &limit);
    }
}

static void
set_limits(const struct request *request)
{
    set_limit(RLIMIT_NOFILE, OPEN_FILES_MOST);
    set_limit(RLIMIT_FSIZE, (rlim_t)FILE_BYTES_MOST);
    set_limit(RLIMIT_CPU, (rlim_t)(request->timeout_ms / 1000) + CPU_SECONDS_MORE);
}

static void
reset_signals(void)
{
    sigset_t none;
    for (int number = 1; number < NSIG; number++) {
        (void)signal(number, SIG_DFL);
    }
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the new child; it tells errno through the report when there is no program. */
static void __attribute__((noreturn))
become_program(const struct request *request, const struct exec_guard *guard,
               const struct exec_pipes *pipes, pid_t parent)
{
    char **arguments = null_ended(NULL, 0, &request->arguments);
    char **environment = null_ended(fixed_environment, ARRAY_COUNT(fixed_environment),
                                    &request->environment);
    struct error error = { 0 };
    (void)setpgid(0, 0);
    exec_guard_begin(guard, getpid());
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(0); /* the sender died before the line above */
    }
    set_limits(request);
    int report = pipes->report[1];
    if (dup2(pipes->input[0], STDIN_FILENO) >= 0 &&
        dup2(pipes->output[1], STDOUT_FILENO) >= 0 &&
        dup2(pipes->error[1], STDERR_FILENO) >= 0 &&
        dup3(report, REPORT_FD, O_CLOEXEC) >= 0) {
        report = REPORT_FD;
        for (int fd = REPORT_FD + 1;
             close_range((unsigned)fd, ~0U, 0) != 0 && fd < OPEN_FILES_MOST; fd++) {
            (void)close(fd); /* a kernel before 5.9 */
        }
        if (!request->allow_unix_sockets) {
            /* Without it the sender has told that it is less confined. */
            (void)confine_calls(CONFINED_LONE_PROGRAM, &error);
        }
        reset_signals();
        (void)execve(arguments[0], arguments, environment);
    }
    const int reason = errno;
    (void)!write(report, &reason, sizeof(reason));
    _exit(127);
}

/* 0 when the program runs; else what execve failed by. */
static int
await_exec(int report)
{
    int reason = 0;
    ssize_t n;
    do {
        n = read(report, &reason, sizeof(reason));
    } while (n < 0 && errno == EINTR);
    if (n == 0) {
        return 0;
    }
    return n < 0 || reason == 0 ? EIO : reason;
}

static int
fork_program(const struct request *request, const struct exec_guard *guard,
             struct exec_pipes *pipes, pid_t *pid)
{
    const pid_t parent = getpid();
    *pid = fork();
    if (*pid < 0) {
        return errno;
    }
    if (*pid == 0) {
        become_program(request, guard, pipes, parent);
    }
    (void)setpgid(*pid, *pid); /* whoever comes first */
    close_one(&pipes->report[1]);
    return 0;
}

static void
give_up(const struct exec_guard *guard, pid_t pid)
{
    (void)kill(-pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
    exec_guard_end(guard, pid);
}

static int
take_end(int *end)
{
    const int fd = *end;
    *end = -1;
    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

int
exec_start(const struct request *request, const struct exec_guard *guard,
           struct exec_started *started, bool *is_of_program)
{
    struct exec_pipes pipes = { { -1, -1 }, { -1, -1 }, { -1, -1 }, { -1, -1 } };
    *is_of_program = false;
    int reason = make_pipes(&pipes) ? 0 : errno;
    if (reason == 0) {
        reason = fork_program(request, guard, &pipes, &started->pid);
    }
    if (reason == 0) {
        reason = await_exec(pipes.report[0]);
        *is_of_program = reason != 0;
        if (reason != 0) {
            give_up(guard, started->pid);
        }
    }
    if (reason == 0) {
        started->input = take_end(&pipes.input[1]);
        started->output = take_end(&pipes.output[0]);
        started->error = take_end(&pipes.error[0]);
    }
    close_pipes(&pipes);
    return reason;
}
