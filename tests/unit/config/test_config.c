/* SPDX-License-Identifier: EUPL-1.2 */
/* Tests of loading: the documented example, defaults, conf.d, secrets, printing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

static const char example[] =
    "organisation = \"Täby Nät\"\n"
    "languages    = { \"sv\", \"en\" }            # the first is the default\n"
    "timezone     = \"Europe/Stockholm\"        # checked: a mistyped zone is an error\n"
    "state_dir    = \"/var/lib/budkavle\"\n"
    "page_url     = \"https://drift.example.se\"\n"
    "contact      = \"Ring 020-00 00 00\"        # said where no reply can be read\n"
    "next_word    = \"1h\"                       # how often an open incident is\n"
    "keep         = \"90d\"\n"
    "\n"
    "socket {\n"
    "  path = \"/run/budkavle/budkavle.sock\"   # or the one systemd hands over\n"
    "  mode = 0660\n"
    "  group = \"budkavle-clients\"             # everybody in a role group\n"
    "  source = \"socket\"                      # the source of events\n"
    "  max_per_uid = 16\n"
    "  max = 128\n"
    "}\n"
    "alarm {                                  # where the daemon's own trouble is told\n"
    "  channels = { \"mail\" }\n"
    "  repeat   = \"15min\"\n"
    "}\n"
    "storm {                                  # one summary instead of hundreds\n"
    "  channels = { \"mail\" }\n"
    "  messages = \"14/1h\"\n"
    "  large    = 400\n"
    "}\n"
    "access {                                 # who may do what\n"
    "  submit  = { \"group:budkavle-submit\" }\n"
    "  read    = { \"group:budkavle-read\" }\n"
    "  operate = { \"group:budkavle\" }\n"
    "  approve = { \"group:budkavle-approve\" }\n"
    "  report  = { \"group:budkavle-report\" }\n"
    "}\n"
    "spool \"oms\" {\n"
    "  path = \"/var/spool/budkavle/oms\"       # new/ drop/ done/ rejected/\n"
    "}\n"
    "channel \"bus\" {\n"
    "  driver      = \"webhook\"\n"
    "  url         = \"https://bus.example/hooks/outage\"\n"
    "  secret_file = \"bus.key\"                # relative\n"
    "}\n"
    "channel \"mail\" {\n"
    "  driver = \"email\"\n"
    "  relay  = \"smtp://127.0.0.1:25\"\n"
    "  from   = \"drift@example.se\"\n"
    "  to     = { \"redaktion@example.se\" }   # or to_file = \"list.txt\"\n"
    "}\n"
    "channel \"page\" {\n"
    "  driver    = \"page\"\n"
    "  directory = \"/var/lib/budkavle-page\"   # 0755\n"
    "}\n"
    "route \"all\" {                            # no conditions: everything public\n"
    "  channels = { \"page\", \"bus\" }\n"
    "}\n"
    "route \"large\" {\n"
    "  kinds         = { \"power\" }\n"
    "  min_customers = 50\n"
    "  channels      = { \"mail\" }\n"
    "}\n";

static void
load_example(struct fixture *fixture)
{
    fixture_write(fixture, "bus.key", 0600, "  whsec_abc\n\n");
    if (fixture_load(fixture, example) != STATUS_OK) {
        struct buffer text = { 0 };

        config_faults_format(fixture->path, &fixture->faults, &text);
        print_error("%s", text.data);
        buffer_clear(&text);
    }
    assert_non_null(fixture->config);
}

/* Catalogue files are read with the configuration; what is misnamed is told. */
static void
test_catalogue_files_are_read(void **state)
{
    struct fixture *fixture = *state;
    char *folder = string_format("%s/catalogues", fixture->folder);
    struct buffer text = { 0 };

    assert_int_equal(fixture_load(fixture, "organisation = \"A\"\n"), STATUS_OK);
    assert_int_equal(fixture->config->n_catalogues, 0);
    assert_int_equal(fixture_load(fixture, "organisation = \"A\"\n"
                                           "catalogue_dir = \"catalogues\"\n"),
                     STATUS_INVALID);
    config_faults_format(fixture->path, &fixture->faults, &text);
    assert_non_null(strstr(text.data, "budkavle.conf:2: catalogue_dir: "));
    assert_non_null(strstr(text.data, "is not a folder that can be read"));
    buffer_clear(&text);

    assert_int_equal(mkdir(folder, 0755), 0);
    fixture_write(fixture, "catalogues/en.catalogue", 0644, "whole\n");
    fixture_write(fixture, "catalogues/en.local.catalogue", 0644, "changes\n");
    fixture_write(fixture, "catalogues/.en.catalogue.swp", 0644, "x");
    assert_int_equal(fixture_load(fixture, "organisation = \"A\"\n"
                                           "languages = { \"sv\", \"en\" }\n"),
                     STATUS_OK);
    assert_int_equal(fixture->config->n_catalogues, 2);
    assert_null(fixture->config->catalogues[0].text);
    assert_null(fixture->config->catalogues[0].local_text);
    assert_string_equal(fixture->config->catalogues[1].language, "en");
    assert_string_equal(fixture->config->catalogues[1].text, "whole\n");
    assert_string_equal(fixture->config->catalogues[1].local_text, "changes\n");
    assert_int_equal(fixture->config->warnings.count, 1); /* nobody may approve */
    config_format(fixture->config, &text);
    assert_non_null(strstr(text.data, folder));
    buffer_clear(&text);

    fixture_write(fixture, "catalogues/nb.catalogue", 0644, "x");
    assert_int_equal(fixture_load(fixture, "organisation = \"A\"\n"), STATUS_OK);
    assert_int_equal(fixture->config->warnings.count, 2);
    assert_non_null(
        strstr(fixture->config->warnings.items[0], "nb.catalogue is not used"));
    fixture_write(fixture, "catalogues/sv.catalogue", 0644, "");
    assert_int_equal(fixture_load(fixture, "organisation = \"A\"\n"), STATUS_INVALID);
    assert_non_null(strstr(fixture->faults.items[0].problem, "sv.catalogue is empty"));
    free(folder);
}

static void
test_example_loads(void **state)
{
    struct fixture *fixture = *state;
    const struct config *config = NULL;

    load_example(fixture);
    config = fixture->config;
    assert_string_equal(config->organisation, "Täby Nät");
    assert_int_equal(config->languages.count, 2);
    assert_string_equal(config->languages.items[0], "sv");
    assert_string_equal(config->timezone, "Europe/Stockholm");
    assert_string_equal(config->page_url, "https://drift.example.se");
    assert_int_equal(config->next_word_ms, HOURS_MS);
    assert_int_equal(config->disk_low, INT64_C(1) << 30);
    assert_int_equal(config->disk_critical, INT64_C(256) << 20);
    assert_int_equal(config->disk_reserve, INT64_C(64) << 20);
    assert_int_equal(config->keep_ms, 90 * DAYS_MS);
    assert_int_equal(config->socket.mode, 0660);
    assert_string_equal(config->socket.group, "budkavle-clients");
    assert_int_equal(config->socket.max, 128);
    assert_string_equal(config->alarm_channels.items[0], "mail");
    assert_int_equal(config->alarm_repeat_ms, 15 * MINUTES_MS);
    assert_true(config->storm.is_on);
    assert_string_equal(config->storm.channels.items[0], "mail");
    assert_int_equal(config->storm.messages.count, 14);
    assert_int_equal(config->storm.every_ms, 10 * MINUTES_MS);
    assert_int_equal(config->storm.large, 400);
    assert_int_equal(config->n_spools, 1);
    assert_string_equal(config->spools[0].name, "oms");
    assert_int_equal(config->spools[0].settle_ms, 2000);
    assert_int_equal(config->spools[0].keep_ms, 90 * DAYS_MS);
    assert_int_equal(config->n_channels, 3);
    assert_int_equal(config->n_routes, 2);
    assert_false(config->routes[0].has_kinds);
    assert_true(config->routes[1].has_kinds);
    assert_int_equal(config->routes[1].kinds, 1 << KIND_POWER);
    assert_int_equal(config->routes[1].min_customers, 50);
    assert_int_equal(config->warnings.count, 0);
    for (int role = 0; role < ROLE_COUNT; role++) {
        assert_int_equal(config->access.n_principals[role], 1);
        assert_true(config->access.principals[role][0].is_group);
        assert_int_equal(config->access.principals[role][0].id, 7);
    }
}

static void
test_channel_of_the_example(void **state)
{
    struct fixture *fixture = *state;
    const struct channel *bus = NULL;
    const struct channel *mail = NULL;

    load_example(fixture);
    bus = config_channel(fixture->config, "bus");
    mail = config_channel(fixture->config, "mail");
    assert_string_equal(bus->driver, "webhook");
    assert_string_equal(channel_secret(bus, "secret_file"), "whsec_abc");
    assert_string_equal(channel_setting(bus, "batch"), "false");
    assert_int_equal(bus->timeout_ms, 30000);
    assert_int_equal(bus->concurrency, 0);
    assert_int_equal(bus->backlog, -1);
    assert_int_equal(bus->on_unknown, ON_UNKNOWN_RESEND);
    assert_int_equal(bus->hold_down_ms, -1);
    assert_int_equal(bus->etr_tolerance_ms, -1);
    assert_int_equal(bus->rate.count, 0);
    assert_true(bus->live);
    assert_false(bus->allow_private);
    assert_int_equal(channel_setting_list(mail, "to")->count, 1);
    assert_string_equal(channel_setting(mail, "tls"), "required");
    assert_null(channel_setting(mail, "to_file"));
    assert_null(config_channel(fixture->config, "nowhere"));
}

static void
test_every_channel_option(void **state)
{
    struct fixture *fixture = *state;
    const struct channel *channel = NULL;

    fixture_write(fixture, "ca.pem", 0644, "x");
    assert_int_equal(
        fixture_load(fixture, "organisation = \"X\"\nchannel \"c\" { driver = email\n"
                              " relay = \"smtp://r\" from = \"a@b\" rate = \"300/5min\""
                              " concurrency = 4 timeout = \"1min 30s\" backlog = each "
                              " on_unknown = park retry_floor = 1s retry_cap = 1min"
                              " hold_down = 0s short_interruption = 5min"
                              " etr_tolerance = 7min"
                              " proxy = \"http://p:3128\" ca_file = \"ca.pem\""
                              " reply_to = \"svar@b\" allow_private = yes"
                              " allow_http = on live = false }"),
        STATUS_OK);
    channel = config_channel(fixture->config, "c");
    assert_int_equal(channel->rate.count, 300);
    assert_int_equal(channel->rate.period_ms, 5 * MINUTES_MS);
    assert_int_equal(channel->concurrency, 4);
    assert_int_equal(channel->timeout_ms, 90000);
    assert_int_equal(channel->backlog, BACKLOG_EACH);
    assert_int_equal(channel->on_unknown, ON_UNKNOWN_PARK);
    assert_int_equal(channel->retry_floor_ms, 1000);
    assert_int_equal(channel->retry_cap_ms, 60000);
    assert_int_equal(channel->hold_down_ms, 0);
    assert_int_equal(channel->short_interruption_ms, 5 * MINUTES_MS);
    assert_int_equal(channel->etr_tolerance_ms, 7 * MINUTES_MS);
    assert_string_equal(channel->proxy, "http://p:3128");
    assert_string_equal(channel->ca_file + strlen(fixture->folder), "/ca.pem");
    assert_string_equal(channel->ca_pem, "x");
    assert_string_equal(channel->reply_to, "svar@b");
    assert_true(channel->allow_private && channel->allow_http && !channel->live);
}

static void
test_every_route_condition(void **state)
{
    struct fixture *fixture = *state;
    const struct route *route = NULL;

    assert_int_equal(
        fixture_load(fixture,
                     "organisation = \"X\"\nspool \"oms\" { path = \"/x\" }\n"
                     "channel \"p\" { driver = page directory = \"/p\" }\n"
                     "route \"r\" { kinds = { water, gas } statuses = { planned }\n"
                     " severities = { unknown, minor } places = { \"Ta\xcc\x88"
                     "by\", # decomposed\n \"0160\" } sources = { \"oms\", socket }\n"
                     " audience = staff channels = { p, p } min_customers = 3 }\n"
                     "route \"none\" { kinds = {} places = {} sources = {}\n"
                     " channels = { p } }"),
        STATUS_OK);
    route = &fixture->config->routes[0];
    assert_int_equal(route->kinds, (1 << KIND_WATER) | (1 << KIND_GAS));
    assert_int_equal(route->statuses, 1 << INCIDENT_PLANNED);
    assert_int_equal(route->severities,
                     (1 << SEVERITY_UNKNOWN) | (1 << SEVERITY_MINOR));
    assert_string_equal(route->places.items[0], "Täby"); /* composed */
    assert_int_equal(route->sources.count, 2);
    assert_int_equal(route->audience, AUDIENCE_STAFF);
    assert_int_equal(route->channels.count, 1);
    route = &fixture->config->routes[1];
    assert_true(route->has_kinds && route->kinds == 0);
    assert_true(route->has_places && route->places.count == 0);
    assert_true(route->has_sources && route->sources.count == 0);
    assert_false(route->has_statuses);
}

static void
test_smallest(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(fixture_load(fixture, "organisation = X"), STATUS_OK);
    assert_string_equal(fixture->config->state_dir, "/var/lib/budkavle");
    assert_string_equal(fixture->config->socket.path, "/run/budkavle/budkavle.sock");
    assert_string_equal(fixture->config->socket.source, "socket");
    assert_null(fixture->config->socket.group);
    assert_null(fixture->config->page_url);
    assert_int_equal(fixture->config->languages.count, 2);
}

static void
test_conf_d(void **state)
{
    struct fixture *fixture = *state;
    char *folder = string_format("%s/conf.d", fixture->folder);

    assert_int_equal(mkdir(folder, 0755), 0);
    fixture_write(fixture, "conf.d/20-b.conf", 0644,
                  "contact = \"second\"\nsocket { max = 30 }\n");
    fixture_write(fixture, "conf.d/10-a.conf", 0644,
                  "contact = \"first\"\nsocket { max = 20 max_per_uid = 2 }\n"
                  "channel \"p\" { driver = page directory = \"/p\" }\n");
    fixture_write(fixture, "conf.d/30.conf.bak", 0644, "rubbish rubbish");
    fixture_write(fixture, "conf.d/.40.conf", 0644, "rubbish rubbish");
    assert_int_equal(fixture_load(fixture, "organisation = X\ncontact = main\n"
                                           "socket { path = \"/s\" max = 10 }\n"
                                           "route \"r\" { channels = { p } }"),
                     STATUS_OK);
    assert_string_equal(fixture->config->contact, "second");
    assert_int_equal(fixture->config->socket.max, 30);
    assert_int_equal(fixture->config->socket.max_per_uid, 2);
    assert_string_equal(fixture->config->socket.path, "/s");
    assert_int_equal(fixture->config->n_channels, 1);
    free(folder);
}

static void
test_printed_configuration_loads_to_the_same(void **state)
{
    struct fixture *fixture = *state;
    struct buffer first = { 0 };
    struct buffer second = { 0 };

    load_example(fixture);
    config_format(fixture->config, &first);
    assert_null(strstr(first.data, "whsec_abc"));
    assert_non_null(strstr(first.data, "/bus.key"));
    assert_int_equal(fixture_load(fixture, first.data), STATUS_OK);
    config_format(fixture->config, &second);
    assert_string_equal(first.data, second.data);
    assert_string_equal(
        channel_secret(config_channel(fixture->config, "bus"), "secret_file"),
        "whsec_abc");
    buffer_clear(&first);
    buffer_clear(&second);
}

static void
test_disk_sizes(void **state)
{
    struct fixture *fixture = *state;
    struct buffer text = { 0 };

    assert_int_equal(fixture_load(fixture, "organisation = X\ndisk_low = 100M\n"
                                           "disk_critical = 1000\ndisk_reserve = 0"),
                     STATUS_OK);
    config_format(fixture->config, &text);
    assert_non_null(strstr(text.data, "disk_low = \"100M\"\n"));
    assert_int_equal(fixture_load(fixture, text.data), STATUS_OK);
    assert_int_equal(fixture->config->disk_low, 100 << 20);
    assert_int_equal(fixture->config->disk_critical, 1000);
    assert_int_equal(fixture->config->disk_reserve, 0);
    buffer_clear(&text);
}

static void
test_printed_text_is_quoted(void **state)
{
    struct fixture *fixture = *state;
    struct buffer text = { 0 };

    assert_int_equal(
        fixture_load(fixture, "organisation = 'say \"${HOME}\" \\\\ # no comment'"),
        STATUS_OK);
    config_format(fixture->config, &text);
    assert_int_equal(fixture_load(fixture, text.data), STATUS_OK);
    assert_string_equal(fixture->config->organisation,
                        "say \"${HOME}\" \\ # no comment");
    buffer_clear(&text);
}

static void
test_credentials_folder_goes_first(void **state)
{
    struct fixture *fixture = *state;
    char *folder = string_format("%s/credentials", fixture->folder);

    assert_int_equal(mkdir(folder, 0755), 0);
    fixture_write(fixture, "credentials/bus.key", 0400, "from systemd");
    setenv("CREDENTIALS_DIRECTORY", folder, 1);
    load_example(fixture);
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_string_equal(
        channel_secret(config_channel(fixture->config, "bus"), "secret_file"),
        "from systemd");
    free(folder);
}

/* The one warning that mentions the text, besides that nobody may approve, which the
 * short configurations of these tests are told too, as the last. */
static void
assert_warning(const struct fixture *fixture, const char *text)
{
    assert_int_equal(fixture->config->warnings.count, 2);
    if (strstr(fixture->config->warnings.items[0], text) == NULL) {
        print_error("%s\n", fixture->config->warnings.items[0]);
    }
    assert_non_null(strstr(fixture->config->warnings.items[0], text));
    assert_int_equal(strncmp(fixture->config->warnings.items[0], fixture->path,
                             strlen(fixture->path)),
                     0);
    assert_non_null(strstr(fixture->config->warnings.items[1], "nobody may approve"));
}

static void
test_two_persons(void **state)
{
    struct fixture *fixture = *state;
    const struct approve_config *approve;
    struct buffer text = { 0 };

    assert_int_equal(fixture_load(fixture, "organisation = X\n"), STATUS_OK);
    approve = &fixture->config->approve;
    assert_true(approve->danger);
    assert_int_equal(approve->recipients, 10000);
    assert_int_equal(approve->free_text.count, 0);
    assert_int_equal(approve->alarm_after_ms, 5 * MINUTES_MS);
    assert_int_equal(fixture->config->warnings.count, 1);
    assert_non_null(strstr(fixture->config->warnings.items[0], "nobody may approve"));

    assert_int_equal(fixture_load(fixture,
                                  "organisation = X\n"
                                  "access { approve = { \"user:operator\" } }\n"
                                  "spool \"oms\" { path = \"/s\" }\n"
                                  "approve { danger = false recipients = 7\n"
                                  "free_text = { oms, socket } alarm_after = 90s }"),
                     STATUS_OK);
    for (int i = 0; i < 2; i++) {
        approve = &fixture->config->approve;
        assert_int_equal(fixture->config->warnings.count, 0);
        assert_false(approve->danger);
        assert_int_equal(approve->recipients, 7);
        assert_int_equal(approve->free_text.count, 2);
        assert_string_equal(approve->free_text.items[0], "oms");
        assert_int_equal(approve->alarm_after_ms, 90 * SECONDS_MS);
        /* What is shown as in force loads to the same. */
        buffer_reset(&text);
        config_format(fixture->config, &text);
        assert_int_equal(fixture_load(fixture, text.data), STATUS_OK);
    }
    buffer_clear(&text);

    assert_int_not_equal(
        fixture_load(fixture, "organisation = X\napprove { free_text = { desk } }"),
        STATUS_OK);
    assert_non_null(strstr(fixture->faults.items[0].problem, "no source \"desk\""));
}

static void
test_warnings(void **state)
{
    struct fixture *fixture = *state;

    fixture_write(fixture, "open.key", 0644, "k");
    assert_int_equal(fixture_load(fixture,
                                  "organisation = X\nchannel \"c\" { driver = webhook\n"
                                  "url = \"https://x\"\nsecret_file = \"open.key\" }"),
                     STATUS_OK);
    assert_warning(fixture, ".conf:4: channel \"c\" secret_file: ");

    assert_int_equal(fixture_load(fixture, "organisation = X\n"
                                           "channel \"p\" { driver = page\n"
                                           "directory = \"/p\"\nrelay = \"x\" }"),
                     STATUS_OK);
    assert_warning(fixture, ".conf:4: channel \"p\" relay: has no effect");

    assert_int_equal(fixture_load(fixture, "organisation = X\n"
                                           "channel \"p\" { driver = page\n"
                                           "directory = \"/p\"\nbacklog = each }"),
                     STATUS_OK);
    assert_warning(fixture, ".conf:4: channel \"p\" backlog: has no effect");

    assert_int_equal(fixture_load(fixture, "organisation = X\nroute \"r\" {\n"
                                           "channels = {} }"),
                     STATUS_OK);
    assert_warning(fixture, "reaches nobody");

    assert_int_equal(fixture_load(fixture, "organisation = X\nroute \"r\" {\n"
                                           "sources = { omz } channels = { p } }\n"
                                           "channel \"p\" { driver = page\n"
                                           "directory = \"/p\" }"),
                     STATUS_OK);
    assert_warning(fixture, ".conf:3: route \"r\" sources: \"omz\"");

    assert_int_equal(fixture_load(fixture,
                                  "organisation = X\nchannel \"m\" { driver = email\n"
                                  "relay = r from = f to_file = \"gone.txt\" }"),
                     STATUS_OK);
    assert_warning(fixture, "gone.txt cannot be read");
}

static void
test_manual_has_every_option(void **state)
{
    struct buffer manual = { 0 };
    const char *const texts[] = {
        "*organisation* (text, required)",
        "*next\\_word* (duration, 1s to 30d, default 1h)",
        "# SECTION CHANNEL",
        "*on\\_unknown* (one of resend, park, default resend)",
        "## With driver = \"email\"",
        "*to\\_file* (file)",
    };

    (void)state;
    config_manual(test_drivers, ARRAY_COUNT(test_drivers), &manual);
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        if (strstr(manual.data, texts[i]) == NULL) {
            print_error("the manual lacks %s\n", texts[i]);
        }
        assert_non_null(strstr(manual.data, texts[i]));
    }
    buffer_clear(&manual);
}

#define TEST(test)                                                                     \
    cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_catalogue_files_are_read),
        TEST(test_example_loads),
        TEST(test_channel_of_the_example),
        TEST(test_every_channel_option),
        TEST(test_every_route_condition),
        TEST(test_smallest),
        TEST(test_conf_d),
        TEST(test_printed_configuration_loads_to_the_same),
        TEST(test_disk_sizes),
        TEST(test_printed_text_is_quoted),
        TEST(test_credentials_folder_goes_first),
        TEST(test_warnings),
        TEST(test_two_persons),
        cmocka_unit_test(test_manual_has_every_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
