/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Faults: the lines that a sender reads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/fault.h"

#include <string.h>

static void
test_lines(void **state)
{
    struct faults faults = { 0 };
    struct buffer out = { 0 };

    (void)state;
    faults_add(&faults, 3, 3, "etr.at", "\"%s\" is not a time", "tomorrow");
    faults_add(&faults, 2, 0, "places[2].name", "is missing");
    faults_add(&faults, 0, 7, "", "is not JSON");
    faults_add(&faults, 0, 0, NULL, "is empty");
    faults_format(&faults, &out);
    assert_string_equal(out.data,
                        "event 3 (line 3): etr.at: \"tomorrow\" is not a time\n"
                        "event 2: places[2].name: is missing\n"
                        "line 7: is not JSON\n"
                        "is empty\n");
    faults_clear(&faults);
    faults_clear(&faults);
    buffer_clear(&out);
}

static void
test_a_sender_cannot_forge_a_line(void **state)
{
    struct faults faults = { 0 };
    struct buffer out = { 0 };

    (void)state;
    faults_add(&faults, 1, 0, "x\nevent 9", "a\n\x1B[31mb");
    faults_format(&faults, &out);
    assert_string_equal(out.data, "event 1: x\\x0Aevent 9: a\\x0A\\x1B[31mb\n");
    faults_clear(&faults);
    buffer_clear(&out);
}

static void
test_many_are_counted(void **state)
{
    struct faults faults = { 0 };
    struct buffer out = { 0 };

    (void)state;
    for (size_t i = 1; i <= FAULTS_MAX + 5; i++) {
        faults_add(&faults, i, 0, "f", "p");
    }
    assert_int_equal(faults.count, FAULTS_MAX);
    assert_int_equal(faults.dropped, 5);
    faults_format(&faults, &out);
    assert_non_null(strstr(out.data, "event 100: f: p\nand 5 more\n"));
    faults_clear(&faults);
    assert_int_equal(faults.dropped, 0);
    buffer_clear(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_a_sender_cannot_forge_a_line),
        cmocka_unit_test(test_many_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
