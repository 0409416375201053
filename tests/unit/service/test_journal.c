/* SPDX-License-Identifier: EUPL-1.2 */
/* Tests of the journal's protocol. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "receiver.h"
#include "service/journal.h"

#include <sys/stat.h>

static const struct log_field fields[] = {
    { "SOURCE", "oms" },
    { "EVENT", NULL },
    { "RESULT", "two\nlines" },
};

static void
test_entry(void **state)
{
    struct buffer entry = { 0 };
    static const char length[] = "BUDKAVLE_RESULT\n\x09\0\0\0\0\0\0\0two\nlines\n";

    (void)state;
    journal_entry(&entry, LOG_LEVEL_INFO, LOG_KIND_EVENT_ACCEPTED, "events: accepted",
                  fields, 3);
    assert_memory_equal(entry.data, "MESSAGE=events: accepted source=oms result=", 43);
    assert_non_null(strstr(entry.data, "\nPRIORITY=6\n"));
    assert_non_null(strstr(entry.data, "\nSYSLOG_IDENTIFIER="));
    assert_non_null(strstr(entry.data, "\nBUDKAVLE_SOURCE=oms\n"));
    assert_null(strstr(entry.data, "BUDKAVLE_EVENT"));
    assert_non_null(memmem(entry.data, entry.len, length, sizeof(length) - 1));
    buffer_clear(&entry);
}

static void
test_message_id(void **state)
{
    struct buffer entry = { 0 };
    char expected[80];

    (void)state;
    journal_entry(&entry, LOG_LEVEL_ERROR, LOG_KIND_ALARM, "x", NULL, 0);
    snprintf(expected, sizeof(expected), "\nMESSAGE_ID=%s\n",
             log_kind_id(LOG_KIND_ALARM));
    assert_non_null(strstr(entry.data, expected));
    buffer_clear(&entry);
    journal_entry(&entry, LOG_LEVEL_ERROR, LOG_KIND_NONE, "x", NULL, 0);
    assert_null(strstr(entry.data, "MESSAGE_ID"));
    buffer_clear(&entry);
}

static void
test_lines_go_to_the_journal(void **state)
{
    struct receiver *receiver = *state;

    assert_true(journal_open(receiver->path));
    log_fields(LOG_LEVEL_WARNING, LOG_KIND_CONFIG, fields, 1, "config: %s", "loaded");
    assert_non_null(receiver_next(receiver));
    assert_memory_equal(receiver->text, "MESSAGE=config: loaded source=oms\n", 34);
    assert_non_null(strstr(receiver->text, "PRIORITY=4\n"));
    journal_close();
    log_debug("not written anywhere");
    assert_null(receiver_next(receiver));
}

static void
test_no_journal(void **state)
{
    (void)state;
    assert_false(journal_open("/nonexistent/budkavle/socket"));
}

static void
test_stderr_is_the_journal_only_when_it_is(void **state)
{
    char stream[64];
    struct stat info;

    (void)state;
    assert_int_equal(fstat(STDERR_FILENO, &info), 0);
    snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)info.st_dev,
             (unsigned long long)info.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    assert_true(journal_is_stderr());
    setenv("JOURNAL_STREAM", "1:1", 1);
    assert_false(journal_is_stderr());
    setenv("JOURNAL_STREAM", "rubbish", 1);
    assert_false(journal_is_stderr());
    unsetenv("JOURNAL_STREAM");
    assert_false(journal_is_stderr());
}

#define TEST(test)                                                                     \
    cmocka_unit_test_setup_teardown(test, receiver_setup, receiver_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entry),
        cmocka_unit_test(test_message_id),
        TEST(test_lines_go_to_the_journal),
        cmocka_unit_test(test_no_journal),
        cmocka_unit_test(test_stderr_is_the_journal_only_when_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
