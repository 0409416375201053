/* SPDX-License-Identifier: EUPL-1.2 */
/* Tests of the faults of a configuration: every kind, each with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

struct expected {
    size_t line;
    const char *field;
    const char *problem; /* a part of the sentence */
};

static bool
has_fault(const struct faults *faults, const struct expected *expected)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];

        if (fault->line == expected->line &&
            strcmp(fault->field, expected->field) == 0 &&
            strstr(fault->problem, expected->problem) != NULL) {
            return true;
        }
    }
    return false;
}

static void
assert_faults(struct fixture *fixture, const char *text,
              const struct expected *expected, size_t n)
{
    bool is_right = true;

    assert_int_equal(fixture_load(fixture, text), STATUS_INVALID);
    assert_null(fixture->config);
    for (size_t i = 0; i < n; i++) {
        if (!has_fault(&fixture->faults, &expected[i])) {
            print_error("not told: line %zu %s: %s\n", expected[i].line,
                        expected[i].field, expected[i].problem);
            is_right = false;
        }
    }
    if (!is_right || fixture->faults.count != n) {
        struct buffer told = { 0 };

        config_faults_format(fixture->path, &fixture->faults, &told);
        print_error("told:\n%s", told.data);
        buffer_clear(&told);
    }
    assert_true(is_right);
    assert_int_equal(fixture->faults.count, n);
}

#define ASSERT_FAULTS(text, ...)                                                       \
    do {                                                                               \
        const struct expected list[] = { __VA_ARGS__ };                                \
        assert_faults(*state, text, list, ARRAY_COUNT(list));                          \
    } while (0)

static void
test_values(void **state)
{
    ASSERT_FAULTS("organisation = \"\"\n"
                  "languages = { \"svenska\", \"en\", \"en\" }\n"
                  "timezone = \"Europe/Stokholm\"\n"
                  "state_dir = \"var/lib\"\n"
                  "page_url = \"drift.example.se\"\n"
                  "next_word = \"soon\"\n"
                  "keep = \"20000d\"\n"
                  "contact = { \"a\", \"b\" }\n"
                  "socket { mode = 0999\n"
                  " max = many\n"
                  " max_per_uid = 0\n"
                  " group = \"nobodies\" }\n"
                  "alarm { repeat = \"0s\" }\n"
                  "disk_low = little\n",
                  { 1, "organisation", "it is empty" },
                  { 2, "languages", "\"svenska\" is not a language" },
                  { 2, "languages", "\"en\" is given twice" },
                  { 3, "timezone", "\"Europe/Stokholm\" is not a time zone" },
                  { 4, "state_dir", "is not an absolute path" },
                  { 5, "page_url", "begins with https://" },
                  { 6, "next_word", "\"soon\" is not a duration" },
                  { 7, "keep", "is not a duration" },
                  { 8, "contact", "has 2 values; it takes one" },
                  { 9, "socket mode", "a file mode" },
                  { 10, "socket max", "\"many\" is not a whole number" },
                  { 11, "socket max_per_uid", "0 is not within 1 and 4096" },
                  { 12, "socket group", "there is no group \"nobodies\"" },
                  { 13, "alarm repeat", "is not within 1s and 30d" },
                  { 14, "disk_low", "\"little\" is not a size" });
    ASSERT_FAULTS("organisation = X\n"
                  "disk_low = 100M\n"
                  "disk_critical = 101M\n",
                  { 3, "disk_critical", "is more than disk_low" });
}

static void
test_channels(void **state)
{
    ASSERT_FAULTS("organisation = X\n"
                  "channel \"a\" { driver = \"pigeon\" }\n"
                  "channel \"b\" {\n"
                  "  url = \"https://x\"\n"
                  "}\n"
                  "channel \"c\" { driver = email\n"
                  "  tls = \"maybe\"\n"
                  "  rate = \"often\"\n"
                  "  live = perhaps\n"
                  "  backlog = some\n"
                  "  retry_floor = 2min\n"
                  "  retry_cap = 1min\n"
                  "}\n"
                  "channel \"d\" { driver = webhook\n"
                  "  url = \"ftp://x\" }\n"
                  "channel \"e\" { driver = webhook\n"
                  "  url = \"https://x\"\n"
                  "  secret_file = \"none.key\" }\n"
                  "channel \"a b\" { driver = page directory = \"/x\" }\n",
                  { 2, "channel \"a\" driver", "there are webhook, email, exec, page" },
                  { 3, "channel \"b\" driver", "is missing" },
                  { 6, "channel \"c\" relay", "is missing" },
                  { 6, "channel \"c\" from", "is missing" },
                  { 7, "channel \"c\" tls", "none of required|opportunistic|none" },
                  { 8, "channel \"c\" rate", "is not a rate" },
                  { 9, "channel \"c\" live", "is not true or false" },
                  { 10, "channel \"c\" backlog", "none of each|catch_up" },
                  { 12, "channel \"c\" retry_cap", "shorter than retry_floor" },
                  { 14, "channel \"d\"", "url is not an address" },
                  { 18, "channel \"e\" secret_file", "none.key cannot be read" },
                  { 19, "channel \"a b\"", "is not a name" });
}

static void
test_commands(void **state)
{
    (void)state;
    ASSERT_FAULTS(
        "organisation = X\n"
        "channel \"a\" { driver = exec }\n"
        "channel \"b\" { driver = exec command = { \"siren\" } }\n"
        "channel \"c\" { driver = exec\n"
        "  command = { \"/nonexistent/siren\", \"--zone\" } }\n"
        "channel \"d\" { driver = exec command = { \"/etc/passwd\" } }\n"
        "channel \"e\" { driver = exec command = { \"/etc\" } }\n",
        { 2, "channel \"a\" command", "is missing" },
        { 3, "channel \"b\" command", "not an absolute path" },
        { 5, "channel \"c\" command",
          "/nonexistent/siren cannot be executed: No such file" },
        { 6, "channel \"d\" command",
          "/etc/passwd cannot be executed: Permission denied" },
        { 7, "channel \"e\" command", "/etc cannot be executed: it is not a file" });
}

static void
test_alarms_need_a_channel_with_messages(void **state)
{
    ASSERT_FAULTS("organisation = X\n"
                  "alarm { channels = { \"page\", \"nobody\" } }\n"
                  "channel \"page\" { driver = page\n"
                  " directory = \"/p\" }\n"
                  "socket { source = budkavle }\n"
                  "spool \"budkavle\" { path = \"/s\" }\n",
                  { 2, "alarm channels", "\"page\" shows incidents" },
                  { 2, "alarm channels", "there is no channel \"nobody\"" },
                  { 5, "socket source", "the daemon's own alarms" },
                  { 6, "spool \"budkavle\"", "the daemon's own alarms" });
}

static void
test_a_storm_needs_room_beside_its_summaries(void **state)
{
    ASSERT_FAULTS("organisation = X\n"
                  "storm { messages = \"6/1h\"\n"
                  "  channels = { \"page\", \"nobody\" } }\n"
                  "channel \"page\" { driver = page\n"
                  " directory = \"/p\" }\n",
                  { 2, "storm messages", "give at least 7 messages" },
                  { 3, "storm channels", "\"page\" shows every incident" },
                  { 3, "storm channels", "there is no channel \"nobody\"" });
    ASSERT_FAULTS("organisation = X\n"
                  "storm { channels = { } }\n",
                  { 2, "storm channels", "leave it out" });
}

static void
test_names_of_others(void **state)
{
    ASSERT_FAULTS(
        "organisation = X\n"
        "alarm { channels = { \"mial\" } }\n"
        "access { submit = { \"group:stangers\",\n"
        " \"user:nemo\", \"operator\", \"user:operator\", \"group:budkavle\" }\n"
        "}\n"
        "spool \"one\" { path = \"/s\" }\n"
        "spool \"two\" { path = \"/s/\" }\n"
        "spool \"three\" { settle = 1s }\n"
        "route \"r\" {\n"
        "  kinds = { \"power\", \"stream\" }\n"
        "  statuses = { \"open\" }\n"
        "  severities = { \"bad\" }\n"
        "  audience = everybody\n"
        "  min_customers = -1\n"
        "  channels = { \"nowhere\" }\n"
        "}\n"
        "route \"s\" { }\n",
        { 2, "alarm channels", "there is no channel \"mial\"" },
        { 3, "access submit", "there is no group \"stangers\"" },
        { 3, "access submit", "there is no user \"nemo\"" },
        { 3, "access submit", "\"operator\" is neither" },
        { 7, "spool \"two\" path", "the folder of spool \"one\"" },
        { 8, "spool \"three\" path", "is missing" },
        { 10, "route \"r\" kinds", "\"stream\" is none of power, water" },
        { 11, "route \"r\" statuses", "\"open\" is none of" },
        { 12, "route \"r\" severities", "\"bad\" is none of" },
        { 13, "route \"r\" audience", "none of public|staff" },
        { 14, "route \"r\" min_customers", "is not within 0 and" },
        { 15, "route \"r\" channels", "there is no channel \"nowhere\"" },
        { 17, "route \"s\" channels", "is missing" });
}

static void
test_unknown_names(void **state)
{
    ASSERT_FAULTS("organisation = X\n"
                  "organization = Y\n"
                  "colour = { \"red\", # the first\n"
                  "           \"blue\" }\n"
                  "nothing = {}\n"
                  "chanel \"m\" { driver = email # inside nothing is told\n"
                  "  whatever = 1 }\n"
                  "extras {\n"
                  "}\n"
                  "channel \"p\" { driver = page directory = \"/p\"\n"
                  "  relai = x\n"
                  "}\n"
                  "channel \"q\" { driver = page directory = \"/p\"\n"
                  "  relai = x }\n",
                  { 2, "organization", "did you mean \"organisation\"?" },
                  { 3, "colour", "there is no such option" },
                  { 0, "nothing", "there is no such option" },
                  { 6, "chanel \"m\"", "did you mean \"channel\"?" },
                  { 8, "extras", "there are socket, alarm" },
                  { 11, "channel \"p\" relai", "did you mean \"relay\"?" },
                  { 14, "channel \"q\" relai", "did you mean \"relay\"?" });
}

/* There are no texts in a language that is not configured. */
static void
test_a_channels_language(void **state)
{
    ASSERT_FAULTS(
        "organisation = X\n"
        "languages = { \"sv\" }\n"
        "channel \"m\" { driver = email relay = \"smtp://r\" from = \"a@b.se\"\n"
        "  language = \"en\" }\n"
        "channel \"n\" { driver = email relay = \"smtp://r\" from = \"a@b.se\"\n"
        "  language = \"sv\" }\n",
        { 4, "channel \"m\" language", "\"en\" is not among the languages" });
}

static void
test_given_twice(void **state)
{
    ASSERT_FAULTS("organisation = X\n"
                  "contact = a\n"
                  "contact = b\n"
                  "channel \"p\" { driver = page directory = \"/p\" }\n"
                  "channel \"p\" { driver = page directory = \"/q\" }\n"
                  "socket { max = 3 }\n"
                  "socket { max = 4 }\n",
                  { 3, "contact", "is given twice, first on line 2" },
                  { 5, "channel \"p\"", "is given twice, first on line 4" },
                  { 7, "socket max", "is given twice, first on line 6" });
}

static void
test_grammar(void **state)
{
    static const struct {
        const char *text;
        struct expected expected;
    } cases[] = {
        { "organisation = X\nchannel \"m\" {\n  driver email\n}\n",
          { 3, "channel \"m\"", "missing equal sign after option 'driver'" } },
        { "organisation = X\n\nsocket {\n",
          { 3, "", "the \"{\" of line 3 has no \"}\"" } },
        { "/* a\n comment */ }\n", { 2, "", "unexpected closing brace" } },
        { "organisation = \"X\n\n", { 4, "", "premature end of file" } },
        { "organisation = X\nspool {\n}\n",
          { 2, "", "missing title for section 'spool'" } },
    };

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        assert_faults(*state, cases[i].text, &cases[i].expected, 1);
    }
}

static void
test_what_is_read_after_a_fault_of_grammar(void **state)
{
    /* A text without its end must not swallow what is read next. */
    ASSERT_FAULTS("organisation = \"X\n", { 3, "", "premature end of file" });
    assert_int_equal(fixture_load(*state, "organisation = Y\n"), STATUS_OK);
    assert_string_equal(((struct fixture *)*state)->config->organisation, "Y");
}

static void
test_what_is_missing(void **state)
{
    ASSERT_FAULTS("# nothing\n", { 0, "organisation", "is missing" });
    ASSERT_FAULTS("organisation = X\nlanguages = {}\n",
                  { 0, "languages", "takes at least one" });
}

static void
test_not_text(void **state)
{
    ASSERT_FAULTS("organisation = X\ncontact = \"\xff\"\n",
                  { 2, "", "is not UTF-8 text" });
    ASSERT_FAULTS("organisation = X\ncontact = \"\\xff\"\n",
                  { 2, "contact", "is not UTF-8 text" });
    ASSERT_FAULTS("organisation = X\ncontact = \"a\\nb\"\n",
                  { 2, "contact", "control character" });
}

static void
test_no_file(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(config_load("/nonexistent/budkavle.conf", test_drivers,
                                 ARRAY_COUNT(test_drivers), &fixture->config,
                                 &fixture->faults),
                     STATUS_INVALID);
    assert_int_equal(fixture->faults.count, 1);
    assert_string_equal(
        fixture->faults.items[0].problem,
        "/nonexistent/budkavle.conf: cannot be read: No such file or directory");
}

static void
test_faults_of_other_files(void **state)
{
    struct fixture *fixture = *state;
    char *folder = string_format("%s/conf.d", fixture->folder);
    char *expected = NULL;
    struct buffer text = { 0 };

    assert_int_equal(mkdir(folder, 0755), 0);
    fixture_write(fixture, "conf.d/a.conf", 0644,
                  "\nkeep = never\nchannel \"p\" { driver = page directory = \"/p\" }");
    assert_int_equal(fixture_load(fixture, "organisation = X\nnext_word = x\n"
                                           "channel \"p\" { driver = page\n"
                                           "directory = \"/p\" }"),
                     STATUS_INVALID);
    config_faults_format(fixture->path, &fixture->faults, &text);
    expected = string_format(
        "%s/a.conf:3: channel \"p\": is given twice, first on line 3 of %s\n"
        "%s:2: next_word: \"x\" is not a duration such as \"500ms\", \"2s\" or "
        "\"1h 30min\"\n"
        "%s/a.conf:2: keep: \"never\" is not a duration such as \"500ms\", \"2s\" or "
        "\"1h 30min\"\n",
        folder, fixture->path, fixture->path, folder);
    assert_string_equal(text.data, expected);
    free(expected);
    free(folder);
    buffer_clear(&text);
}

#define TEST(test)                                                                     \
    cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_values),
        TEST(test_channels),
        TEST(test_commands),
        TEST(test_a_storm_needs_room_beside_its_summaries),
        TEST(test_names_of_others),
        TEST(test_alarms_need_a_channel_with_messages),
        TEST(test_unknown_names),
        TEST(test_a_channels_language),
        TEST(test_given_twice),
        TEST(test_grammar),
        TEST(test_what_is_read_after_a_fault_of_grammar),
        TEST(test_what_is_missing),
        TEST(test_not_text),
        TEST(test_no_file),
        TEST(test_faults_of_other_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
