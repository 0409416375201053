/* SPDX-License-Identifier: EUPL-1.2 */
/* Tests of what systemd is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "receiver.h"
#include "service/service.h"

static void
start(const struct receiver *receiver)
{
    setenv("NOTIFY_SOCKET", receiver->path, 1);
    service_init();
}

static void
test_protocol(void **state)
{
    struct receiver *receiver = *state;

    start(receiver);
    service_ready("ok: 0 incidents");
    assert_string_equal(receiver_next(receiver), "READY=1\nSTATUS=ok: 0 incidents");
    service_reloading(123456789);
    assert_string_equal(receiver_next(receiver),
                        "RELOADING=1\nMONOTONIC_USEC=123456789");
    service_extend_timeout(30000);
    assert_string_equal(receiver_next(receiver), "EXTEND_TIMEOUT_USEC=30000000");
    service_stopping();
    assert_string_equal(receiver_next(receiver), "STOPPING=1");
    assert_null(receiver_next(receiver));
}

static void
test_status_only_when_it_changed(void **state)
{
    struct receiver *receiver = *state;

    start(receiver);
    service_ready("one");
    assert_non_null(receiver_next(receiver));
    service_status("one");
    assert_null(receiver_next(receiver));
    service_status("two");
    assert_string_equal(receiver_next(receiver), "STATUS=two");
    service_status("two");
    assert_null(receiver_next(receiver));
}

static void
test_status_is_one_line(void **state)
{
    struct receiver *receiver = *state;
    char longest[2000];

    start(receiver);
    service_status("down\nREADY=1");
    assert_string_equal(receiver_next(receiver), "STATUS=down READY=1");
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    service_status(longest);
    assert_non_null(receiver_next(receiver));
    assert_true(receiver->len > 100 && receiver->len < 500);
}

static void
test_takes_its_variables(void **state)
{
    start(*state);
    assert_null(getenv("NOTIFY_SOCKET"));
    setenv("WATCHDOG_USEC", "20000000", 1);
    service_init();
    assert_null(getenv("WATCHDOG_USEC"));
    assert_int_equal(service_watchdog_ms(), 10000);
}

static void
test_watchdog(void **state)
{
    struct receiver *receiver = *state;
    char pid[24];

    setenv("WATCHDOG_USEC", "3000000", 1);
    snprintf(pid, sizeof(pid), "%d", (int)getpid());
    setenv("WATCHDOG_PID", pid, 1);
    start(receiver);
    assert_int_equal(service_watchdog_ms(), 1500);
    service_watchdog_feed();
    assert_string_equal(receiver_next(receiver), "WATCHDOG=1");

    setenv("WATCHDOG_USEC", "3000000", 1);
    setenv("WATCHDOG_PID", "1", 1); /* meant for another process */
    start(receiver);
    assert_int_equal(service_watchdog_ms(), 0);
    service_watchdog_feed();
    assert_null(receiver_next(receiver));
}

static void
test_without_systemd(void **state)
{
    struct receiver *receiver = *state;

    unsetenv("NOTIFY_SOCKET");
    service_init();
    service_ready("nobody hears");
    service_stopping();
    assert_null(receiver_next(receiver));
    assert_int_equal(service_watchdog_ms(), 0);
    setenv("NOTIFY_SOCKET", "nonsense", 1);
    service_init();
    service_ready("nobody hears");
    assert_null(receiver_next(receiver));
}

static void
test_abstract_name(void **state)
{
    struct receiver *receiver = *state;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char name[90];
    char text[64] = "";
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    size_t len = (size_t)snprintf(name, sizeof(name), "@%s", receiver->folder);

    memcpy(address.sun_path, name, len);
    address.sun_path[0] = '\0';
    assert_int_equal(bind(fd, (const struct sockaddr *)&address,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)),
                     0);
    setenv("NOTIFY_SOCKET", name, 1);
    service_init();
    service_stopping();
    assert_true(recv(fd, text, sizeof(text) - 1, 0) > 0);
    assert_string_equal(text, "STOPPING=1");
    close(fd);
    unsetenv("NOTIFY_SOCKET");
    service_init();
}

#define TEST(test)                                                                     \
    cmocka_unit_test_setup_teardown(test, receiver_setup, receiver_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_protocol),           TEST(test_status_only_when_it_changed),
        TEST(test_status_is_one_line), TEST(test_takes_its_variables),
        TEST(test_watchdog),           TEST(test_without_systemd),
        TEST(test_abstract_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
