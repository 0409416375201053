/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The address guard, network by network: the first and the last address of each, and
 * the neighbours outside.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "sender/address_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

static const struct {
    const char *address;
    bool is_guarded;
} cells[] = {
    { "0.0.0.0", true },
    { "0.255.255.255", true },
    { "1.0.0.0", false },
    { "9.255.255.255", false },
    { "10.0.0.0", true },
    { "10.255.255.255", true },
    { "11.0.0.0", false },
    { "100.63.255.255", false },
    { "100.64.0.0", true },
    { "100.127.255.255", true },
    { "100.128.0.0", false },
    { "126.255.255.255", false },
    { "127.0.0.1", true },
    { "127.255.255.255", true },
    { "128.0.0.0", false },
    { "169.253.255.255", false },
    { "169.254.0.0", true },
    { "169.254.169.254", true },
    { "169.255.0.0", false },
    { "172.15.255.255", false },
    { "172.16.0.0", true },
    { "172.31.255.255", true },
    { "172.32.0.0", false },
    { "191.255.255.255", false },
    { "192.0.0.0", true },
    { "192.0.0.255", true },
    { "192.0.1.0", false },
    { "192.167.255.255", false },
    { "192.168.0.0", true },
    { "192.168.255.255", true },
    { "192.169.0.0", false },
    { "198.17.255.255", false },
    { "198.18.0.0", true },
    { "198.19.255.255", true },
    { "198.20.0.0", false },
    { "223.255.255.255", false },
    { "224.0.0.1", true },
    { "239.255.255.255", true },
    { "240.0.0.0", true },
    { "255.255.255.255", true },
    { "8.8.8.8", false },
    { "::", true },
    { "::1", true },
    { "::7f00:1", true },
    { "::ffff:10.0.0.1", true },
    { "::ffff:127.0.0.1", true },
    { "::ffff:8.8.8.8", false },
    { "::ffff:0:10.0.0.1", true },
    { "::ffff:0:8.8.8.8", false },
    { "64:ff9b::192.168.1.1", true },
    { "64:ff9b::8.8.8.8", false },
    { "64:ff9b:1::8.8.8.8", true },
    { "100::1", true },
    { "2001:0:4136:e378::1", true },
    { "2002:a00:1::", true },
    { "2002:7f00:1::1", true },
    { "2002:808:808::1", false },
    { "2001:67c:2b0::1", false },
    { "2a00:1450:4010::5e", false },
    { "fbff:ffff::1", false },
    { "fc00::1", true },
    { "fdff:ffff::1", true },
    { "fe00::1", false },
    { "fe80::1", true },
    { "febf:ffff::1", true },
    { "fec0::1", true },
    { "ff02::1", true },
    { "ffff::1", true },
};

static void
test_every_network(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        struct sockaddr_storage address = { 0 };
        struct sockaddr_in ipv4 = { .sin_family = AF_INET };
        struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6 };
        if (inet_pton(AF_INET, cells[i].address, &ipv4.sin_addr) == 1) {
            memcpy(&address, &ipv4, sizeof(ipv4));
        } else {
            assert_int_equal(inet_pton(AF_INET6, cells[i].address, &ipv6.sin6_addr), 1);
            memcpy(&address, &ipv6, sizeof(ipv6));
        }
        if (address_is_guarded((struct sockaddr *)&address) != cells[i].is_guarded ||
            address_text_is_guarded(cells[i].address) != cells[i].is_guarded) {
            fail_msg("%s should%s be guarded", cells[i].address,
                     cells[i].is_guarded ? "" : " not");
        }
    }
}

static void
test_other_families_are_guarded(void **state)
{
    (void)state;
    const struct sockaddr_un local = { .sun_family = AF_UNIX, .sun_path = "/run/x" };
    assert_true(address_is_guarded((const struct sockaddr *)&local));
}

static void
test_spellings(void **state)
{
    (void)state;
    assert_true(address_text_is_valid("10.0.0.1"));
    assert_true(address_text_is_valid("[fe80::1%25eth0]"));
    assert_true(address_text_is_guarded("fe80::1%eth0"));
    assert_false(address_text_is_guarded("[2a00:1450:4010::5e]"));
    assert_false(address_text_is_valid("drift.example.se"));
    assert_false(address_text_is_valid(""));
    assert_false(address_text_is_valid(
        "[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc]"));
    assert_true(address_text_is_guarded("drift.example.se"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_network),
        cmocka_unit_test(test_other_families_are_guarded),
        cmocka_unit_test(test_spellings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
