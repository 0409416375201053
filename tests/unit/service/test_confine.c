/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a confined process may and may not do. Each trial runs in a child, because a
 * confinement cannot be taken back, as this user and, when that is root, as another one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "service/confine.h"
#include "service/confine_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CHILD_GOOD = 0,
    CHILD_BAD = 1,
    CHILD_REFUSED = 77, /* the kernel takes no such confinement */
    NOBODY = 65534,
    TEXT_SIZE = 160
};

struct bench {
    char folder[64];
    char store[96], file[128]; /* hidden */
    char page[96], inner[128]; /* writable, beside and inside the hidden one */
    char beside[96];           /* neither */
    char trouble[TEXT_SIZE];   /* of a child; shared with it */
};

static struct bench *bench;

static void
make_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, "secret", 6), 6);
    assert_int_equal(fchmod(fd, 0666), 0);
    close(fd);
}

static void
make_folder(const char *path)
{
    assert_int_equal(mkdir(path, 0777), 0);
    assert_int_equal(chmod(path, 0777), 0);
}

static int
setup(void **state)
{
    (void)state;
    bench = mmap(NULL, sizeof(*bench), PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(bench, MAP_FAILED);
    (void)snprintf(bench->folder, sizeof(bench->folder),
                   "/tmp/budkavle-confine.XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    assert_int_equal(chmod(bench->folder, 0777), 0);
    (void)snprintf(bench->store, sizeof(bench->store), "%s/state", bench->folder);
    (void)snprintf(bench->file, sizeof(bench->file), "%s/store.db", bench->store);
    (void)snprintf(bench->page, sizeof(bench->page), "%s/page", bench->folder);
    (void)snprintf(bench->inner, sizeof(bench->inner), "%s/page", bench->store);
    (void)snprintf(bench->beside, sizeof(bench->beside), "%s/other", bench->folder);
    make_folder(bench->store);
    make_file(bench->file);
    make_folder(bench->page);
    make_folder(bench->inner);
    make_file(bench->beside);
    return 0;
}

static int
teardown(void **state)
{
    char *command = string_format("rm -rf '%s'", bench->folder);

    (void)state;
    assert_int_equal(system(command), 0);
    free(command);
    munmap(bench, sizeof(*bench));
    return 0;
}

/* --- Trials ----------------------------------------------------------------------- */

/* In a child: what failed, and its end. */
static void __attribute__((noreturn, format(printf, 1, 2)))
end_badly(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(bench->trouble, sizeof(bench->trouble), format, arguments);
    va_end(arguments);
    _exit(CHILD_BAD);
}

static int
run_child(void (*trial)(const void *context), const void *context, bool as_nobody)
{
    int status = 0;
    pid_t pid;

    bench->trouble[0] = '\0';
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (as_nobody && (setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
                          setresuid(NOBODY, NOBODY, NOBODY) != 0)) {
            end_badly("cannot become another user");
        }
        trial(context);
        _exit(CHILD_GOOD);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFEXITED(status)) {
        fail_msg("the child was ended by signal %d", WTERMSIG(status));
    }
    return WEXITSTATUS(status);
}

/* As this user, and as nobody when it is root. */
static void
run_trial(void (*trial)(const void *context), const void *context)
{
    bool is_root = geteuid() == 0;

    for (int as_nobody = 0; as_nobody <= (is_root ? 1 : 0); as_nobody++) {
        int code = run_child(trial, context, as_nobody == 1);

        if (code == CHILD_REFUSED) {
            print_message("not tried: %s\n", bench->trouble);
        } else if (code != CHILD_GOOD) {
            fail_msg("%s%s", as_nobody == 1 ? "as nobody: " : "", bench->trouble);
        }
    }
}

static void
must(bool holds, const char *what)
{
    if (!holds) {
        end_badly("%s: %s", what, strerror(errno));
    }
}

/* result is of a call that is to fail with reason. */
static void
must_fail(long result, int reason, const char *what)
{
    if (result >= 0) {
        end_badly("%s succeeded", what);
    }
    if (errno != reason) {
        end_badly("%s failed with \"%s\", not \"%s\"", what, strerror(errno),
                  strerrordesc_np(reason));
    }
}

static void
confine_calls_or_end(enum confined who)
{
    struct error error = { 0 };

    if (confine_calls(who, &error) != STATUS_OK) {
        (void)snprintf(bench->trouble, sizeof(bench->trouble), "%.150s", error.text);
        _exit(CHILD_REFUSED);
    }
}

static long
open_socket(int family)
{
    return socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

static long
execute(void)
{
    char *const arguments[] = { NULL };

    return execve("/bin/true", arguments, arguments);
}

static long
make_writable_code(void)
{
    const void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return at == MAP_FAILED ? -1 : 0;
}

/* --- The core --------------------------------------------------------------------- */

static void
try_core_refusals(const void *context)
{
    (void)context;
    must(open_socket(AF_INET) >= 0 && open_socket(AF_INET6) >= 0,
         "this trial needs sockets before the confinement");
    confine_calls_or_end(CONFINED_CORE);
    must_fail(open_socket(AF_INET), EACCES, "an IPv4 socket");
    must_fail(open_socket(AF_INET6), EACCES, "an IPv6 socket");
    must_fail(open_socket(AF_NETLINK), EACCES, "a netlink socket");
    must_fail(open_socket(AF_PACKET), EACCES, "a packet socket");
    must_fail(execute(), EACCES, "execve");
    must_fail(syscall(SYS_execveat, AT_FDCWD, "/bin/true", NULL, NULL, 0), EACCES,
              "execveat");
    must_fail(syscall(SYS_io_uring_setup, 4, NULL), ENOSYS, "io_uring_setup");
    must_fail(make_writable_code(), EACCES, "code that can be written");
    must_fail(syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 0), EPERM,
              "process_vm_readv");
    must_fail(mount("none", "/tmp", "tmpfs", 0, NULL), EPERM, "mount");
    must_fail(unshare(CLONE_NEWUSER), EPERM, "unshare");
    must_fail(setns(-1, 0), EPERM, "setns");
    must_fail(syscall(SYS_bpf, -1, NULL, 0), EPERM, "bpf");
    must_fail(syscall(SYS_userfaultfd, -1), EPERM, "userfaultfd");
    must_fail(syscall(SYS_perf_event_open, NULL, 0, 0, 0, 0), EPERM, "perf_event_open");
    must_fail(syscall(SYS_keyctl, -1), EPERM, "keyctl");
    must_fail(syscall(SYS_personality, 0xffffffffUL), EPERM, "personality");
    must_fail(syscall(SYS_reboot, 0, 0, 0, NULL), EPERM, "reboot");
    must_fail(syscall(SYS_finit_module, -1, "", 0), EPERM, "finit_module");
    must_fail(ioctl(STDERR_FILENO, TIOCSTI, "x"), EPERM, "typing into a terminal");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
    must_fail(ptrace(PTRACE_TRACEME, 0, NULL, NULL), EPERM, "ptrace");
#endif
#ifdef __x86_64__
    must_fail(syscall(0x40000000 | SYS_getpid), EPERM, "a call of an x32 program");
#endif
}

static void
test_the_core_can_neither_leave_nor_start_anything(void **state)
{
    (void)state;
    run_trial(try_core_refusals, NULL);
}

static void *
run_thread(void *context)
{
    return context;
}

static void
try_core_work(const void *context)
{
    char *temporary = string_format("%s/new", bench->store);
    struct statvfs room;
    pthread_t thread;
    void *result = NULL;
    unsigned char random[8];
    pid_t child;
    int fd;

    (void)context;
    confine_calls_or_end(CONFINED_CORE);
    fd = open(temporary, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    must(fd >= 0 && write(fd, "x", 1) == 1 && fsync(fd) == 0, "writing a file");
    must(fchmod(fd, 0644) == 0, "fchmod");
    must(fallocate(fd, 0, 0, 4096) == 0 || errno == EOPNOTSUPP, "fallocate");
    must(renameat2(AT_FDCWD, temporary, AT_FDCWD, bench->file, RENAME_EXCHANGE) == 0 ||
             errno == EINVAL,
         "renameat2");
    must(unlink(temporary) == 0, "unlink");
    must(statvfs(bench->folder, &room) == 0, "statvfs");
    must(inotify_init1(IN_CLOEXEC) >= 0, "inotify");
    must(syscall(SYS_getrandom, random, sizeof(random), 0) == sizeof(random),
         "getrandom");
    must(open_socket(AF_UNIX) >= 0, "a Unix socket");
    must(kill(getppid(), 0) == 0 || errno == EPERM, "kill");
    must(pthread_create(&thread, NULL, run_thread, random) == 0 &&
             pthread_join(thread, &result) == 0 && result == random,
         "a thread");
    child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        _exit(CHILD_GOOD);
    }
    must(waitpid(child, NULL, 0) == child, "waiting for a child");
    free(temporary);
}

static void
test_the_core_can_do_its_work(void **state)
{
    (void)state;
    run_trial(try_core_work, NULL);
}

/* --- Senders: calls --------------------------------------------------------------- */

static void
try_network_sender(const void *context)
{
    const struct rlimit limit = { 1, 1 };

    (void)context;
    confine_calls_or_end(CONFINED_NETWORK_SENDER);
    must(open_socket(AF_INET) >= 0 && open_socket(AF_INET6) >= 0, "sockets");
    must(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0) >= 0, "a netlink socket");
    must(open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0, "reading");
    must_fail(open_socket(AF_UNIX), EAFNOSUPPORT, "a Unix socket");
    must_fail(open_socket(AF_PACKET), EAFNOSUPPORT, "a packet socket");
    must_fail(open_socket(AF_KEY), EAFNOSUPPORT, "a key socket");
    must_fail(open("/dev/null", O_WRONLY | O_CLOEXEC), EPERM, "writing");
    must_fail(open("/dev/null", O_RDWR | O_CLOEXEC), EPERM, "reading and writing");
    must_fail(open(bench->beside, O_RDONLY | O_TRUNC | O_CLOEXEC), EPERM, "emptying");
    must_fail(unlink(bench->beside), EPERM, "unlink");
    must_fail(rename(bench->beside, bench->page), EPERM, "rename");
    must_fail(execute(), EACCES, "execve");
    must_fail(listen(-1, 1), EACCES, "listen");
    must_fail(kill(getppid(), 0), EPERM, "a signal to another process");
    must(kill(getpid(), 0) == 0, "a signal to itself");
    must_fail(prlimit(getppid(), RLIMIT_NOFILE, &limit, NULL), EPERM,
              "the limits of another process");
}

static void
test_a_network_sender_writes_nothing_and_calls_nobody_at_home(void **state)
{
    (void)state;
    run_trial(try_network_sender, NULL);
}

static void
try_files_sender(const void *context)
{
    char *path = string_format("%s/index.html", bench->page);
    char *beside = string_format("%s/.index.tmp", bench->page);
    int fd;

    (void)context;
    confine_calls_or_end(CONFINED_FILES_SENDER);
    fd = open(beside, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    must(fd >= 0 && fchmod(fd, 0644) == 0 && fdatasync(fd) == 0, "writing a page");
    must(rename(beside, path) == 0, "putting a page in place");
    must(unlink(path) == 0, "unlink");
    must_fail(open_socket(AF_INET), EACCES, "an IPv4 socket");
    must_fail(open_socket(AF_UNIX), EACCES, "a Unix socket");
    must_fail(symlink("/", path), EPERM, "symlink");
    must_fail(link(bench->beside, path), EPERM, "link");
    must_fail(execute(), EACCES, "execve");
    free(path);
    free(beside);
}

static void
test_the_files_sender_has_files_only(void **state)
{
    (void)state;
    run_trial(try_files_sender, NULL);
}

/* What a program of one's own needs: to be started, to write, to talk. Not the rest. */
static void
try_exec_sender(const void *context)
{
    int status = 0;
    pid_t child;

    (void)context;
    confine_calls_or_end(CONFINED_EXEC_SENDER);
    child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        (void)execute();
        _exit(CHILD_BAD);
    }
    must(waitpid(child, &status, 0) == child && WIFEXITED(status) &&
             WEXITSTATUS(status) == 0,
         "a program");
    must(open_socket(AF_INET) >= 0 && open_socket(AF_UNIX) >= 0, "sockets");
    must(open(bench->beside, O_RDWR | O_CLOEXEC) >= 0, "writing");
    must_fail(mount("none", "/tmp", "tmpfs", 0, NULL), EPERM, "mount");
    must_fail(unshare(CLONE_NEWUSER), EPERM, "unshare");
    must_fail(make_writable_code(), EACCES, "code that can be written");
    must_fail(syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 0), EPERM,
              "process_vm_readv");
    must_fail(syscall(SYS_bpf, -1, NULL, 0), EPERM, "bpf");
    confine_calls_or_end(CONFINED_LONE_PROGRAM);
    must_fail(open_socket(AF_UNIX), EAFNOSUPPORT, "a Unix socket");
    must(open_socket(AF_INET) >= 0, "another socket");
}

static void
test_only_one_sender_starts_programs(void **state)
{
    (void)state;
    run_trial(try_exec_sender, NULL);
}

/* --- Senders: walls --------------------------------------------------------------- */

typedef enum status wall(const struct confine_places *places, struct error *error);

static void
stand_behind(wall *build, const char *writable)
{
    struct confine_places places = { { 0 }, { 0 }, { 0 } };
    struct error error = { 0 };

    strings_add(&places.hidden, bench->store);
    strings_add(&places.hidden, "/nonexistent/spool");
    if (writable != NULL) {
        strings_add(&places.writable, writable);
    }
    must(confine_memory(), "shutting off the memory");
    if (build(&places, &error) != STATUS_OK) {
        (void)snprintf(bench->trouble, sizeof(bench->trouble), "%.150s", error.text);
        _exit(CHILD_REFUSED);
    }
    strings_clear(&places.hidden);
    strings_clear(&places.writable);
}

static void
must_not_reach_the_store(void)
{
    char *inside = string_format("%s/new", bench->store);
    int directory = open(bench->store, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    must(open(bench->file, O_RDONLY | O_CLOEXEC) < 0, "the store was opened");
    must(open(bench->file, O_RDWR | O_CLOEXEC) < 0, "the store was opened to write");
    must(open(inside, O_RDWR | O_CREAT | O_CLOEXEC, 0600) < 0,
         "a file beside the store");
    must(directory < 0 || openat(directory, "store.db", O_RDONLY | O_CLOEXEC) < 0,
         "the store was opened through its folder");
    free(inside);
}

static void
must_put_a_page(const char *folder)
{
    char *beside = string_format("%s/.p.tmp", folder);
    char *path = string_format("%s/p", folder);
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

    must(fd >= 0 && write(fd, "x", 1) == 1 && ftruncate(fd, 0) == 0, "writing a page");
    must(rename(beside, path) == 0, "putting a page in place");
    must(unlink(path) == 0, "taking a page away");
    free(beside);
    free(path);
}

struct walled {
    wall *build;
    const char *writable;
};

static void
try_wall(const void *context)
{
    const struct walled *walled = context;

    must(open(bench->file, O_RDWR | O_CLOEXEC) >= 0, "the store before the wall");
    stand_behind(walled->build, walled->writable);
    must_not_reach_the_store();
    must(open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0, "the resolver's files");
    must(open("/etc/ssl", O_RDONLY | O_CLOEXEC) >= 0 || errno == ENOENT,
         "certificates");
    if (walled->writable != NULL) {
        must_put_a_page(walled->writable);
    }
    if (walled->build == confine_by_landlock) {
        must_fail(open(bench->beside, O_RDONLY | O_CLOEXEC), EACCES,
                  "a file that no sender needs");
    }
}

static void
test_landlock_hides_the_store(void **state)
{
    (void)state;
    run_trial(try_wall, &(struct walled){ confine_by_landlock, NULL });
    run_trial(try_wall, &(struct walled){ confine_by_landlock, bench->page });
    run_trial(try_wall, &(struct walled){ confine_by_landlock, bench->inner });
}

/* The other way round: everything but what is hidden. */
static void
try_around(const void *context)
{
    struct confine_places places = { { 0 }, { 0 }, { 0 } };
    struct error error = { 0 };
    char *key = string_format("%s/bus.key", bench->folder);
    char *link = string_format("%s/way-in", bench->page);
    char *page = string_format("%s/written", bench->page);
    int fd;

    (void)context;
    must(open(key, O_RDONLY | O_CLOEXEC) >= 0 && access(link, R_OK) == 0,
         "before the wall");
    strings_add(&places.hidden, bench->store);
    strings_add(&places.hidden, "/nonexistent/spool");
    strings_add(&places.private, key);
    if (confine_around(&places, &error) != STATUS_OK) {
        (void)snprintf(bench->trouble, sizeof(bench->trouble), "%.150s", error.text);
        _exit(CHILD_REFUSED);
    }
    must_not_reach_the_store();
    must(open(key, O_RDONLY | O_CLOEXEC) < 0, "the key was opened");
    must(open(link, O_RDONLY | O_DIRECTORY | O_CLOEXEC) < 0, "the store by a link");
    must(open(bench->beside, O_RDWR | O_CLOEXEC) >= 0, "a file beside it");
    fd = open(page, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    must(fd >= 0 && unlink(page) == 0, "a folder beside it");
    must(open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0, "/etc");
    must(access("/bin/true", X_OK) == 0, "a program");
    must(open("/dev/null", O_RDWR | O_CLOEXEC) >= 0, "/dev/null");
    must(open("/proc/self/status", O_RDONLY | O_CLOEXEC) >= 0, "/proc");
    must(kill(getpid(), 0) == 0, "a signal to itself");
    strings_clear(&places.hidden);
    strings_clear(&places.private);
    free(key);
    free(link);
    free(page);
}

static void
test_around_hides_the_store_alone(void **state)
{
    char *key = string_format("%s/bus.key", bench->folder);
    char *link = string_format("%s/way-in", bench->page);

    (void)state;
    make_file(key);
    assert_int_equal(symlink(bench->store, link), 0);
    run_trial(try_around, NULL);
    assert_int_equal(unlink(link), 0);
    assert_int_equal(unlink(key), 0);
    free(key);
    free(link);
}

static void
test_a_namespace_hides_the_store(void **state)
{
    (void)state;
    run_trial(try_wall, &(struct walled){ confine_by_namespace, NULL });
    run_trial(try_wall, &(struct walled){ confine_by_namespace, bench->page });
    run_trial(try_wall, &(struct walled){ confine_by_namespace, bench->inner });
}

static void
try_uncoverable(const void *context)
{
    struct confine_places places = { { 0 }, { 0 }, { 0 } };
    struct error error = { 0 };

    (void)context;
    strings_add(&places.hidden, bench->store);
    strings_add(&places.writable, bench->folder);
    if (confine_by_landlock(&places, &error) == STATUS_OK) {
        end_badly("Landlock said that it hides a folder inside a writable one");
    }
    must(strstr(error.text, bench->store) != NULL ||
             strstr(error.text, strerrordesc_np(ENOSYS)) != NULL ||
             strstr(error.text, strerrordesc_np(EOPNOTSUPP)) != NULL,
         error.text);
    strings_clear(&places.hidden);
    strings_clear(&places.writable);
}

static void
test_what_landlock_cannot_hide_is_said(void **state)
{
    (void)state;
    run_trial(try_uncoverable, NULL);
}

static void
try_whole(const void *context)
{
    struct confine_places places = { { 0 }, { 0 }, { 0 } };
    struct error error = { 0 };

    (void)context;
    strings_add(&places.hidden, bench->store);
    if (confine_sender(CONFINED_NETWORK_SENDER, &places, &error) != STATUS_OK) {
        (void)snprintf(bench->trouble, sizeof(bench->trouble), "%.150s", error.text);
        _exit(CHILD_REFUSED);
    }
    must_not_reach_the_store();
    must_fail(umount(bench->store), EPERM, "taking the wall away");
    must_fail(open_socket(AF_UNIX), EAFNOSUPPORT, "a Unix socket");
    must(prctl(PR_GET_DUMPABLE) == 0, "a core dump is possible");
    must(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, "rights can be gained");
    strings_clear(&places.hidden);
}

static void
test_a_whole_sender(void **state)
{
    (void)state;
    run_trial(try_whole, NULL);
}

/* The store lies in a folder that the sender writes in: Landlock cannot hide it there,
 * the namespace can. */
static void
try_second_wall(const void *context)
{
    struct confine_places places = { { 0 }, { 0 }, { 0 } };
    struct error error = { 0 };

    (void)context;
    strings_add(&places.hidden, bench->store);
    strings_add(&places.writable, bench->folder);
    if (confine_sender(CONFINED_FILES_SENDER, &places, &error) != STATUS_OK) {
        (void)snprintf(bench->trouble, sizeof(bench->trouble), "%.150s", error.text);
        _exit(CHILD_REFUSED);
    }
    must_not_reach_the_store();
    must_put_a_page(bench->folder);
    must_put_a_page(bench->page);
    strings_clear(&places.hidden);
    strings_clear(&places.writable);
}

static void
test_the_second_wall_stands_where_the_first_cannot(void **state)
{
    (void)state;
    run_trial(try_second_wall, NULL);
}

/* As in a container that forbids both. */
static bool
forbid_walls(void)
{
    static const char *const calls[] = { "landlock_create_ruleset", "unshare" };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    bool is_forbidden = filter != NULL;

    for (size_t i = 0; i < ARRAY_COUNT(calls) && is_forbidden; i++) {
        is_forbidden = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
                                        seccomp_syscall_resolve_name(calls[i]), 0) == 0;
    }
    is_forbidden = is_forbidden && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return is_forbidden;
}

static void
try_without_walls(const void *context)
{
    struct confine_places places = { { 0 }, { 0 }, { 0 } };
    struct error error = { 0 };

    (void)context;
    strings_add(&places.hidden, bench->store);
    if (!forbid_walls()) {
        (void)snprintf(bench->trouble, sizeof(bench->trouble), "no seccomp here");
        _exit(CHILD_REFUSED);
    }
    if (confine_sender(CONFINED_NETWORK_SENDER, &places, &error) == STATUS_OK) {
        end_badly("a sender called itself confined without a wall");
    }
    must(strstr(error.text, "the store and the spools") != NULL &&
             strstr(error.text, "Landlock") != NULL &&
             strstr(error.text, "mount namespace") != NULL,
         error.text);
    must_fail(open_socket(AF_UNIX), EAFNOSUPPORT, "a Unix socket"); /* the rest holds */
    strings_clear(&places.hidden);
}

static void
test_a_missing_wall_is_said_and_the_rest_stands(void **state)
{
    (void)state;
    run_trial(try_without_walls, NULL);
}

/* --- The table -------------------------------------------------------------------- */

static void
test_every_call_of_the_table_is_known(void **state)
{
    size_t count, n_known = 0;
    const struct refusal *refusals = confine_refusals(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (seccomp_syscall_resolve_name(refusals[i].call) == __NR_SCMP_ERROR) {
            fail_msg("libseccomp does not know %s", refusals[i].call);
        }
        assert_true(refusals[i].reason > 0);
        n_known++;
    }
    assert_true(n_known > 80);
}

static void
test_beneath(void **state)
{
    (void)state;
    assert_true(confine_is_beneath("/a/b", "/a"));
    assert_true(confine_is_beneath("/a/b", "/a/b"));
    assert_true(confine_is_beneath("/a/b/c", "/a/b/"));
    assert_true(confine_is_beneath("/a", "/"));
    assert_false(confine_is_beneath("/ab", "/a"));
    assert_false(confine_is_beneath("/a", "/a/b"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_core_can_neither_leave_nor_start_anything),
        cmocka_unit_test(test_the_core_can_do_its_work),
        cmocka_unit_test(test_a_network_sender_writes_nothing_and_calls_nobody_at_home),
        cmocka_unit_test(test_the_files_sender_has_files_only),
        cmocka_unit_test(test_only_one_sender_starts_programs),
        cmocka_unit_test(test_landlock_hides_the_store),
        cmocka_unit_test(test_around_hides_the_store_alone),
        cmocka_unit_test(test_a_namespace_hides_the_store),
        cmocka_unit_test(test_what_landlock_cannot_hide_is_said),
        cmocka_unit_test(test_a_whole_sender),
        cmocka_unit_test(test_the_second_wall_stands_where_the_first_cannot),
        cmocka_unit_test(test_a_missing_wall_is_said_and_the_rest_stands),
        cmocka_unit_test(test_every_call_of_the_table_is_known),
        cmocka_unit_test(test_beneath),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
