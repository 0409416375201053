/* SPDX-License-Identifier: EUPL-1.2 */
/* Tests of sockets that systemd hands over. Each runs in a child, because the
 * descriptors have fixed numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "receiver.h"
#include "service/service.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/wait.h>

enum {
    CHILD_RIGHT = 0,
    CHILD_WRONG = 1
};

static int
listening_socket(const struct receiver *receiver, const char *name)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", receiver->folder,
             name);
    if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(fd, 5) != 0) {
        _exit(CHILD_WRONG);
    }
    unlink(address.sun_path);
    return fd;
}

static void
announce(int count, bool for_this_process)
{
    char text[24];

    snprintf(text, sizeof(text), "%d", count);
    setenv("LISTEN_FDS", text, 1);
    snprintf(text, sizeof(text), "%d", for_this_process ? (int)getpid() : 1);
    setenv("LISTEN_PID", text, 1);
    setenv("LISTEN_FDNAMES", "connection", 1);
}

static bool
is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* Puts the descriptors at 3, 4, … and runs the check; the child's exit code tells. */
static void
in_child(struct receiver *receiver, bool (*check)(struct receiver *receiver))
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        _exit(check(receiver) ? CHILD_RIGHT : CHILD_WRONG);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), CHILD_RIGHT);
}

static bool
takes_the_socket(struct receiver *receiver)
{
    int fd = listening_socket(receiver, "a");
    int taken = 0;

    if (fd != 3) {
        dup2(fd, 3);
    }
    announce(1, true);
    taken = service_listen_fd();
    return taken == 3 && (fcntl(3, F_GETFD) & FD_CLOEXEC) != 0 &&
           (fcntl(3, F_GETFL) & O_NONBLOCK) != 0 && getenv("LISTEN_FDS") == NULL &&
           getenv("LISTEN_PID") == NULL && getenv("LISTEN_FDNAMES") == NULL &&
           service_listen_fd() == -1;
}

static bool
closes_the_others(struct receiver *receiver)
{
    int first = fcntl(listening_socket(receiver, "a"), F_DUPFD, 100);
    int second = fcntl(listening_socket(receiver, "b"), F_DUPFD, 100);

    dup2(receiver->fd, 3); /* a datagram socket */
    dup2(first, 4);
    dup2(second, 5);
    announce(3, true);
    return service_listen_fd() == 4 && !is_open(3) && is_open(4) && !is_open(5);
}

static bool
leaves_what_is_for_others(struct receiver *receiver)
{
    int fd = fcntl(listening_socket(receiver, "a"), F_DUPFD, 100);

    dup2(fd, 3);
    announce(1, false);
    return service_listen_fd() == -1 && is_open(3);
}

static bool
nothing_handed_over(struct receiver *receiver)
{
    (void)receiver;
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_PID");
    return service_listen_fd() == -1;
}

static void
test_takes_the_socket(void **state)
{
    in_child(*state, takes_the_socket);
}

static void
test_closes_the_others(void **state)
{
    in_child(*state, closes_the_others);
}

static void
test_leaves_what_is_for_others(void **state)
{
    in_child(*state, leaves_what_is_for_others);
}

static void
test_nothing_handed_over(void **state)
{
    in_child(*state, nothing_handed_over);
}

#define TEST(test)                                                                     \
    cmocka_unit_test_setup_teardown(test, receiver_setup, receiver_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_takes_the_socket),
        TEST(test_closes_the_others),
        TEST(test_leaves_what_is_for_others),
        TEST(test_nothing_handed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
