/* SPDX-License-Identifier: EUPL-1.2 */
/* The copy of the configuration in force, and when it may be started on. */
#include "fixture.h"

#include "config/copy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SITE                                                                           \
    "organisation = \"A\"  # the company\n"                                            \
    "state_dir = \"/var/lib/a\"\n"                                                     \
    "catalogue_dir = \"words\"\n"                                                      \
    "channel \"bus\" { driver = \"webhook\" url = \"https://a\" secret_file = "        \
    "\"bus.key\" }\n"

static void
make_site(struct fixture *fixture)
{
    char *folder = string_format("%s/conf.d", fixture->folder);

    assert_int_equal(mkdir(folder, 0755), 0);
    memcpy(folder + strlen(folder) - 6, "words", 6);
    assert_int_equal(mkdir(folder, 0755), 0);
    fixture_write(fixture, "bus.key", 0600, "the-secret\n");
    fixture_write(fixture, "conf.d/10-page.conf", 0644,
                  "channel \"page\" { driver = \"page\" directory = \"/srv/page\" }\n");
    fixture_write(fixture, "conf.d/20-name.conf", 0644, "organisation = \"B\"\n");
    fixture_write(fixture, "words/sv.local.catalogue", 0644, "phrase a = b\n");
    assert_int_equal(fixture_load(fixture, SITE), STATUS_OK);
    fixture->config->copy.since_ms = 1795510920000; /* 2026-11-24T10:02:00+01:00 */
    free(folder);
}

static char *
copy_path(const struct fixture *fixture)
{
    return string_format("%s/" CONFIG_COPY_NAME, fixture->folder);
}

static enum status
load_copy(struct fixture *fixture, const struct config_copy *copy)
{
    fixture_clear_result(fixture);
    return config_load_copy(copy, test_drivers, ARRAY_COUNT(test_drivers),
                            &fixture->config, &fixture->faults);
}

/* Saves what is in force, and loads it again. */
static void
keep(struct fixture *fixture, struct config_copy *copy)
{
    struct error error = { 0 };

    assert_int_equal(copy_save(&fixture->config->copy, fixture->folder, &error),
                     STATUS_OK);
    assert_int_equal(copy_load(copy, fixture->folder, &error), STATUS_OK);
}

static void
test_the_copy_loads_to_the_same_whatever_became_of_the_files(void **state)
{
    struct fixture *fixture = *state;
    struct config_copy copy = { 0 };
    struct buffer before = { 0 }, after = { 0 };

    make_site(fixture);
    config_format(fixture->config, &before);
    keep(fixture, &copy);
    fixture_write(fixture, "budkavle.conf", 0644, "nonsense {");
    fixture_write(fixture, "conf.d/20-name.conf", 0644, "\xff");
    fixture_write(fixture, "words/sv.local.catalogue", 0644, "other\n");
    fixture_write(fixture, "conf.d/99-new.conf", 0644, "contact = \"x\"\n");
    assert_int_equal(load_copy(fixture, &copy), STATUS_OK);
    config_format(fixture->config, &after);
    assert_string_equal(before.data, after.data);
    assert_string_equal(fixture->config->organisation, "B");
    assert_int_equal(fixture->config->n_channels, 2);
    assert_string_equal(fixture->config->catalogues[0].local_text, "phrase a = b\n");
    assert_int_equal(fixture->config->copy.since_ms, 1795510920000);
    assert_true(copy_equal(&fixture->config->copy, &copy));
    buffer_clear(&before);
    buffer_clear(&after);
    copy_clear(&copy);
}

static void
test_no_secret_and_no_comment_is_in_it(void **state)
{
    struct fixture *fixture = *state;
    struct config_copy copy = { 0 };
    struct error error = { 0 };
    struct buffer text = { 0 };
    struct stat info;
    char *path = copy_path(fixture);

    make_site(fixture);
    keep(fixture, &copy);
    copy_format(&copy, &text);
    assert_non_null(strstr(text.data, "bus.key"));
    assert_null(strstr(text.data, "the-secret"));
    assert_null(strstr(text.data, "the company"));
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);

    /* It is read anew, and missed where it is gone. */
    fixture_write(fixture, "bus.key", 0600, "another\n");
    assert_int_equal(load_copy(fixture, &copy), STATUS_OK);
    assert_string_equal(
        channel_secret(config_channel(fixture->config, "bus"), "secret_file"),
        "another");
    fixture_write(fixture, "bus.key", 0600, "");
    assert_int_equal(load_copy(fixture, &copy), STATUS_INVALID);
    assert_string_equal(fixture->faults.items[0].field, "channel \"bus\" secret_file");
    assert_string_equal(error.text, "");
    buffer_clear(&text);
    copy_clear(&copy);
    free(path);
}

/* Cut off anywhere, or one byte changed: never taken for a copy. */
static void
test_what_is_not_whole_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct config_copy copy = { 0 };
    struct error error = { 0 };
    struct buffer text = { 0 };

    make_site(fixture);
    copy_format(&fixture->config->copy, &text);
    for (size_t len = 0; len < text.len; len++) {
        assert_int_equal(copy_parse(text.data, len, &copy, &error), STATUS_INVALID);
        assert_int_equal(copy.n_texts, 0);
    }
    for (size_t i = 0; i < text.len; i++) {
        text.data[i] ^= 1;
        assert_int_equal(copy_parse(text.data, text.len, &copy, &error),
                         STATUS_INVALID);
        text.data[i] ^= 1;
    }
    assert_int_equal(copy_parse(text.data, text.len, &copy, &error), STATUS_OK);
    assert_true(copy_equal(&copy, &fixture->config->copy));
    copy_clear(&copy);
    buffer_clear(&text);
}

static void
test_a_file_of_somebody_else_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct config_copy copy = { 0 };
    struct error error = { 0 };
    char *path = copy_path(fixture);
    char *other = string_format("%s/other", fixture->folder);

    assert_int_equal(copy_load(&copy, fixture->folder, &error), STATUS_NOT_FOUND);
    make_site(fixture);
    keep(fixture, &copy);
    copy_clear(&copy);
    assert_int_equal(chmod(path, 0620), 0);
    assert_int_equal(copy_load(&copy, fixture->folder, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "only this user can have written"));
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(rename(path, other), 0);
    assert_int_equal(symlink("other", path), 0);
    assert_int_equal(copy_load(&copy, fixture->folder, &error), STATUS_IO);

    /* Saving replaces the link and leaves what it led to. */
    fixture_write(fixture, "other", 0600, "stays");
    keep(fixture, &copy);
    assert_int_equal(truncate(other, 5), 0);
    copy_clear(&copy);
    free(path);
    free(other);
}

/* What a power cut in the middle of writing left does not hinder the next writing. */
static void
test_left_overs_and_folders_that_take_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct config_copy copy = { 0 };
    struct error error = { 0 };

    make_site(fixture);
    fixture_write(fixture, CONFIG_COPY_NAME ".part", 0400, "half");
    keep(fixture, &copy);
    copy_clear(&copy);
    assert_int_equal(copy_save(&fixture->config->copy, "/proc/self", &error),
                     STATUS_IO);
    assert_non_null(strstr(error.text, "/proc/self/" CONFIG_COPY_NAME));
    assert_int_equal(copy_save(&fixture->config->copy, "/nonexistent", &error),
                     STATUS_IO);
    copy_remove(fixture->folder);
    assert_int_equal(copy_load(&copy, fixture->folder, &error), STATUS_NOT_FOUND);
}

static void
test_found_again_through_a_link(void **state)
{
    struct fixture *fixture = *state;
    struct config_copy copy = { 0 };
    char *folder = string_format("%s/elsewhere", fixture->folder);
    char *link = string_format("%s/linked.conf", folder);

    make_site(fixture);
    assert_int_equal(mkdir(folder, 0755), 0);
    assert_int_equal(symlink("../budkavle.conf", link), 0);
    fixture_clear_result(fixture);
    assert_int_equal(config_load(link, test_drivers, ARRAY_COUNT(test_drivers),
                                 &fixture->config, &fixture->faults),
                     STATUS_OK);
    fixture->config->copy.since_ms = 1795510920000;
    keep(fixture, &copy);
    assert_string_equal(copy.file, link);
    assert_string_equal(copy.folder, fixture->folder);
    /* The link leads nowhere: secrets are still found where they were. */
    assert_int_equal(unlink(link), 0);
    assert_int_equal(symlink("nowhere", link), 0);
    assert_int_equal(load_copy(fixture, &copy), STATUS_OK);
    copy_clear(&copy);
    free(folder);
    free(link);
}

#define HEAD "organisation = \"A\"\nstate_dir = \"/var/lib/a\"\n"
#define CHANNEL(name, more)                                                            \
    "channel \"" name "\" { driver = \"webhook\" url = \"https://a\" " more " }\n"

/* Is `good` to be started on when the file says `bad`? */
static enum status
stands_in(struct fixture *fixture, const char *good, const char *bad)
{
    struct error error = { 0 };
    struct config *config = NULL;
    enum status status;

    assert_int_equal(fixture_load(fixture, good), STATUS_OK);
    config = fixture->config;
    fixture->config = NULL;
    assert_int_equal(fixture_load(fixture, bad), STATUS_INVALID);
    status = config_may_stand_in(config, fixture->path, test_drivers,
                                 ARRAY_COUNT(test_drivers), &error);
    assert_int_equal(status == STATUS_OK, error.text[0] == '\0');
    config_free(config);
    return status;
}

static void
test_when_it_may_stand_in(void **state)
{
    static const struct {
        const char *good, *bad;
        enum status status;
    } cases[] = {
        /* A mistyped option, a forgotten brace, Latin-1, a channel that went. */
        { HEAD CHANNEL("a", ""), HEAD CHANNEL("a", "") "keeep = \"1d\"\n", STATUS_OK },
        { HEAD CHANNEL("a", ""), HEAD "channel \"a\" {\n", STATUS_OK },
        { HEAD CHANNEL("a", ""),
          "organisation = \"T\xe4"
          "by\"\n",
          STATUS_OK },
        { HEAD CHANNEL("a", "live = false"), HEAD "keeep = \"1d\"\n", STATUS_OK },
        /* Another store. */
        { HEAD, "state_dir = \"/var/lib/b\"\nkeeep = \"1d\"\n", STATUS_REFUSED },
        { HEAD, "state_dir = \"/var/lib/b\"\nchannel \"x\" {\n", STATUS_REFUSED },
        /* What is an exercise would be another. */
        { HEAD CHANNEL("a", ""), HEAD CHANNEL("a", "live = false") "keeep = \"1d\"\n",
          STATUS_REFUSED },
        { HEAD CHANNEL("a", "live = false"), HEAD CHANNEL("a", "") "keeep = \"1d\"\n",
          STATUS_REFUSED },
        { HEAD CHANNEL("a", "live = false"),
          HEAD CHANNEL("a", "live = false") "keeep = \"1d\"\n", STATUS_OK },
        { HEAD CHANNEL("a", ""), HEAD CHANNEL("a", "live = flase"), STATUS_REFUSED },
        { HEAD CHANNEL("a", "live = true"), HEAD CHANNEL("a", "") "keeep = \"1d\"\n",
          STATUS_OK },
        /* It cannot be told. */
        { HEAD CHANNEL("a", ""), HEAD "channel \"a\" {\n live = false\n",
          STATUS_REFUSED },
        { HEAD CHANNEL("a", "live = false"), HEAD "channel \"a\" {\n", STATUS_REFUSED },
        { HEAD CHANNEL("a", ""), HEAD "# live = false\nchannel \"a\" {\n", STATUS_OK },
        { HEAD CHANNEL("a", ""), HEAD "contact = \"alive\"\nchannel \"a\" {\n",
          STATUS_OK },
    };

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        if (stands_in(*state, cases[i].good, cases[i].bad) != cases[i].status) {
            fail_msg("case %zu: %s", i, cases[i].bad);
        }
    }
}

static void
test_the_state_folder_is_read_as_far_as_it_can_be(void **state)
{
    static const struct {
        const char *text, *folder;
    } cases[] = {
        { "state_dir = \"/srv/a\"\nkeeep = 1\n", "/srv/a" },
        { "state_dir = \"/srv/a\"\nchannel \"a\" {\n", "/srv/a" },
        { "organisation = \"\xe4\"\nstate_dir = \"/srv/a\"\n", "/srv/a" },
        { "organisation = \"A\"\n", NULL },
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char *folder;

        fixture_write(fixture, "budkavle.conf", 0644, cases[i].text);
        folder = config_written_state_dir(fixture->path, test_drivers,
                                          ARRAY_COUNT(test_drivers));
        if (!string_equal(folder, cases[i].folder)) {
            fail_msg("case %zu: %s", i, folder == NULL ? "none" : folder);
        }
        free(folder);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_the_copy_loads_to_the_same_whatever_became_of_the_files, fixture_setup,
            fixture_teardown),
        cmocka_unit_test_setup_teardown(test_no_secret_and_no_comment_is_in_it,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_not_whole_is_refused,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_a_file_of_somebody_else_is_refused,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_left_overs_and_folders_that_take_nothing,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_found_again_through_a_link, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_when_it_may_stand_in, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(
            test_the_state_folder_is_read_as_far_as_it_can_be, fixture_setup,
            fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
