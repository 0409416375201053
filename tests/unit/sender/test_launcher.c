/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The launcher: what a sender inherits and what it does not, and that nobody outlives
 * the core. This program stands in for a sender and tells what it sees of itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rig.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

extern char **environ;

static const struct strings no_places = { 0 };

/* As a sender: writes what it has to its socket, and then waits for the end of file. */
static void
tell_of_itself(int argc, char **argv)
{
    char text[4096] = "";
    size_t len = 0;
    int death_signal = 0;
    (void)prctl(PR_GET_PDEATHSIG, &death_signal);
    len += (size_t)snprintf(text + len, sizeof(text) - len, "%s|%s %s|signal %d|fds",
                            argv[0], argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : "",
                            death_signal);
    for (int fd = 3; fd < 64; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            len += (size_t)snprintf(text + len, sizeof(text) - len, " %d", fd);
        }
    }
    for (char **variable = environ; *variable != NULL; variable++) {
        len += (size_t)snprintf(text + len, sizeof(text) - len, "|%s", *variable);
    }
    struct sigaction action;
    (void)sigaction(SIGTERM, NULL, &action);
    len += (size_t)snprintf(text + len, sizeof(text) - len, "|term %s",
                            action.sa_handler == SIG_IGN ? "ignored" : "deadly");
    (void)!write(SENDER_FD, text, len + 1);
    (void)!read(SENDER_FD, text, 1);
    _exit(0);
}

static struct launcher *
start(int keep_open)
{
    struct launcher *launcher = NULL;
    struct error error = { 0 };
    assert_int_equal(launcher_start("/proc/self/exe", keep_open, &launcher, &error),
                     STATUS_OK);
    return launcher;
}

static int
spawn(struct launcher *launcher, enum sender_kind kind)
{
    int fd = -1;
    struct error error = { 0 };
    assert_int_equal(launcher_spawn(launcher, kind, &no_places, &fd, &error),
                     STATUS_OK);
    assert_true(fd >= 0);
    return fd;
}

/* Waits until fd is readable or at its end; false when that takes too long. */
static bool
wait_for(int fd)
{
    struct pollfd ready = { .fd = fd, .events = POLLIN };
    return poll(&ready, 1, RIG_PATIENCE_MS) == 1;
}

static void
read_text(int fd, char *text, size_t size)
{
    assert_true(wait_for(fd));
    const ssize_t n = read(fd, text, size - 1);
    assert_true(n > 0);
    text[n] = '\0';
}

static void
test_a_sender_inherits_only_what_it_needs(void **state)
{
    (void)state;
    int kept[2];
    assert_int_equal(pipe2(kept, O_CLOEXEC), 0);
    const int other = open("/dev/null", O_RDONLY); /* not even close-on-exec */
    assert_int_equal(setenv("BUDKAVLE_TEST_SECRET", "hunter2", 1), 0);
    assert_int_equal(setenv("TZ", "Europe/Stockholm", 1), 0);
    assert_int_equal(setenv("https_proxy", "http://evil.example", 1), 0);
    struct launcher *launcher = start(kept[1]);
    const int fd = spawn(launcher, SENDER_SMTP);
    char text[4096];
    read_text(fd, text, sizeof(text));
    assert_true(strncmp(text, "budkavled: sender smtp|--sender smtp|signal 9|fds 3 4|",
                        54) == 0);
    assert_non_null(strstr(text, "|TZ=Europe/Stockholm"));
    assert_non_null(strstr(text, "|PATH="));
    assert_null(strstr(text, "hunter2"));
    assert_null(strstr(text, "proxy"));
    assert_non_null(strstr(text, "|term ignored"));
    assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    launcher_stop(launcher);
    (void)close(fd);
    (void)close(other);
    (void)close(kept[0]);
    (void)close(kept[1]);
    (void)unsetenv("BUDKAVLE_TEST_SECRET");
    (void)unsetenv("https_proxy");
}

static void
test_the_kept_descriptor_is_held_until_all_are_gone(void **state)
{
    (void)state;
    int kept[2];
    assert_int_equal(pipe2(kept, O_CLOEXEC), 0);
    struct launcher *launcher = start(kept[1]);
    (void)close(kept[1]);
    const int fd = spawn(launcher, SENDER_HTTP);
    struct pollfd ended = { .fd = kept[0], .events = POLLIN };
    assert_int_equal(poll(&ended, 1, 0), 0);
    const int64_t start_ms = clock_mono_ms();
    launcher_stop(launcher); /* the sender's end of file has not come: it is killed */
    assert_true(clock_mono_ms() - start_ms < 2000);
    assert_int_equal(poll(&ended, 1, 0), 1);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    (void)close(fd);
    (void)close(kept[0]);
}

static void
test_senders_that_end_by_themselves_are_reaped(void **state)
{
    (void)state;
    struct launcher *launcher = start(-1);
    for (size_t i = 0; i < 8; i++) {
        const int fd = spawn(launcher, SENDER_FILES);
        assert_int_equal(shutdown(fd, SHUT_WR), 0);
        char text[4096];
        ssize_t n;
        do {
            assert_true(wait_for(fd));
            n = read(fd, text, sizeof(text));
        } while (n > 0);
        (void)close(fd);
    }
    assert_true(launcher_is_alive(launcher));
    launcher_stop(launcher);
    launcher_stop(NULL);
}

static void
test_a_program_that_cannot_be_executed(void **state)
{
    (void)state;
    struct launcher *launcher = NULL;
    struct error error = { 0 };
    assert_int_equal(launcher_start("/nonexistent/budkavled", -1, &launcher, &error),
                     STATUS_OK);
    int fd = -1;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(launcher_spawn(launcher, SENDER_HTTP, &no_places, &fd, &error),
                         STATUS_IO);
        assert_non_null(strstr(error.text, "/nonexistent/budkavled"));
        assert_non_null(strstr(error.text, "No such file"));
    }
    assert_int_equal(fd, -1);
    assert_true(launcher_is_alive(launcher));
    launcher_stop(launcher);
}

static void
test_a_dead_launcher_is_noticed_and_its_senders_die(void **state)
{
    (void)state;
    struct launcher *launcher = start(-1);
    const int fd = spawn(launcher, SENDER_HTTP);
    char text[4096];
    read_text(fd, text, sizeof(text));
    assert_true(launcher_is_alive(launcher));
    assert_int_equal(kill(rig_child_of(getpid()), SIGKILL), 0);
    assert_true(wait_for(launcher_fd(launcher)));
    assert_false(launcher_is_alive(launcher));
    assert_true(wait_for(fd));
    assert_true(read(fd, text, sizeof(text)) <= 0);
    int other = -1;
    struct error error = { 0 };
    assert_int_equal(launcher_spawn(launcher, SENDER_HTTP, &no_places, &other, &error),
                     STATUS_IO);
    assert_string_equal(error.text, "the launcher ended");
    launcher_stop(launcher);
    (void)close(fd);
}

/* The core as a process of its own, killed by its last line. */
static void __attribute__((noreturn)) live_as_core(int kept, int ready)
{
    struct launcher *launcher = NULL;
    int fd = -1;
    char text[4096];
    if (launcher_start("/proc/self/exe", kept, &launcher, NULL) == STATUS_OK &&
        launcher_spawn(launcher, SENDER_HTTP, &no_places, &fd, NULL) == STATUS_OK &&
        wait_for(fd) && read(fd, text, sizeof(text)) > 0) {
        (void)!write(ready, "y", 1);
        (void)kill(getpid(), SIGKILL);
    }
    _exit(1);
}

static void
test_nobody_outlives_a_killed_core(void **state)
{
    (void)state;
    int kept[2];
    int ready[2];
    assert_int_equal(pipe2(kept, O_CLOEXEC), 0);
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    const pid_t core = fork();
    assert_true(core >= 0);
    if (core == 0) {
        (void)close(kept[0]);
        live_as_core(kept[1], ready[1]);
    }
    (void)close(kept[1]);
    (void)close(ready[1]);
    char byte = 0;
    assert_true(wait_for(ready[0]));
    assert_int_equal(read(ready[0], &byte, 1), 1);
    /* The launcher and the sender hold the pipe; its end means that both are gone. */
    assert_true(wait_for(kept[0]));
    assert_int_equal(read(kept[0], &byte, 1), 0);
    int status = 0;
    assert_int_equal(waitpid(core, &status, 0), core);
    assert_true(WIFSIGNALED(status));
    (void)close(kept[0]);
    (void)close(ready[0]);
}

int
main(int argc, char **argv)
{
    if (argc > 1) {
        tell_of_itself(argc, argv);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sender_inherits_only_what_it_needs),
        cmocka_unit_test(test_the_kept_descriptor_is_held_until_all_are_gone),
        cmocka_unit_test(test_senders_that_end_by_themselves_are_reaped),
        cmocka_unit_test(test_a_program_that_cannot_be_executed),
        cmocka_unit_test(test_a_dead_launcher_is_noticed_and_its_senders_die),
        cmocka_unit_test(test_nobody_outlives_a_killed_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
