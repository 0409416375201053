/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Every driver has what a driver needs: its file, its page of documentation, its unit
 * test, and a contract that holds together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "channel/driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
test_found_by_name(void **state)
{
    size_t count;
    const struct driver *const *drivers = drivers_all(&count);
    (void)state;
    assert_true(count >= 6);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(drivers[i], driver_find(drivers[i]->name));
    assert_non_null(driver_find("webhook"));
    assert_non_null(driver_find("email"));
    assert_non_null(driver_find("page"));
    assert_non_null(driver_find("mastodon"));
    assert_non_null(driver_find("46elks"));
    assert_non_null(driver_find("kannel"));
    assert_null(driver_find("Webhook"));
    assert_null(driver_find(""));
}

static void
need_file(const char *driver, const char *before, const char *after)
{
    char *path = string_format("%s/%s%s%s", SOURCE_DIR, before, driver, after);
    if (access(path, R_OK) != 0)
        fail_msg("the driver %s lacks %s", driver, path);
    free(path);
}

static void
test_files_are_there(void **state)
{
    size_t count;
    const struct driver *const *drivers = drivers_all(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        need_file(drivers[i]->name, "lib/channel/", ".c");
        need_file(drivers[i]->name, "docs/channels/", ".md");
        need_file(drivers[i]->name, "tests/unit/channel/test_", ".c");
    }
}

static void
check_options(const struct driver *driver)
{
    bool has_list = driver->list_option == NULL;
    for (size_t i = 0; i < driver->n_options; i++) {
        const struct option_spec *option = &driver->options[i];
        size_t len = option->doc == NULL ? 0 : strlen(option->doc);
        assert_non_null(option->name);
        if (len == 0 || option->doc[len - 1] != '.')
            fail_msg("%s.%s has no sentence of documentation", driver->name,
                     option->name);
        if ((option->type == OPTION_CHOICE) != (option->choices != NULL))
            fail_msg("%s.%s: choices belong to OPTION_CHOICE", driver->name,
                     option->name);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(option->name, driver->options[j].name);
        if (driver->list_option != NULL &&
            strcmp(option->name, driver->list_option) == 0)
            has_list = option->type == OPTION_FILE_LIST;
    }
    if (!has_list)
        fail_msg("%s names a list option that it does not have", driver->name);
}

static void
test_contracts_hold_together(void **state)
{
    size_t count;
    const struct driver *const *drivers = drivers_all(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        const struct driver *driver = drivers[i];
        if ((driver->compose == NULL) == (driver->render == NULL))
            fail_msg("%s must have one of compose and render", driver->name);
        if ((driver->classify == NULL) == (driver->replies == NULL))
            fail_msg("%s must have one of classify and replies", driver->name);
        assert_non_null(driver->summary);
        assert_true(driver->concurrency > 0);
        assert_true(driver->backlog < BACKLOG_COUNT);
        assert_true(driver->sender < SENDER_KIND_COUNT);
        if (driver->edits && driver->next_step == NULL)
            fail_msg("%s edits a first message with no request for it", driver->name);
        if (driver->list_option != NULL &&
            (driver->recipients == NULL || driver->check_recipient == NULL))
            fail_msg("%s has lists, and does not say whom it can reach", driver->name);
        check_options(driver);
    }
}

/* The page of documentation names every option, so that none is found in code only. */
static void
test_options_are_documented(void **state)
{
    size_t count;
    const struct driver *const *drivers = drivers_all(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        char *path =
            string_format("%s/docs/channels/%s.md", SOURCE_DIR, drivers[i]->name);
        static char text[65536];
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        text[fread(text, 1, sizeof text - 1, file)] = '\0';
        fclose(file);
        for (size_t j = 0; j < drivers[i]->n_options; j++) {
            char *option = string_format("`%s`", drivers[i]->options[j].name);
            if (strstr(text, option) == NULL)
                fail_msg("%s does not tell of %s", path, option);
            free(option);
        }
        free(path);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found_by_name),
        cmocka_unit_test(test_files_are_there),
        cmocka_unit_test(test_contracts_hold_together),
        cmocka_unit_test(test_options_are_documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
