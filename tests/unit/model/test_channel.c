/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Channels, routes, requests and replies: looking up, and freeing everything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/channel.h"
#include "model/request.h"

#include "base/memory.h"

#include <stdlib.h>

static const struct option_spec specs[] = {
    { .name = "to", .type = OPTION_STRINGS, .doc = "Who gets it." },
    { .name = "key_file", .type = OPTION_FILE_SECRET, .doc = "The key." },
    { .name = "empty", .type = OPTION_STRINGS, .doc = "A list." },
};

static void
test_settings(void **state)
{
    struct channel channel = { .name = string_copy("mail"),
                               .driver = string_copy("email"),
                               .proxy = string_copy("p"),
                               .ca_file = string_copy("c"),
                               .reply_to = string_copy("r") };

    (void)state;
    channel.settings = memory_array(3, sizeof(*channel.settings));
    channel.n_settings = 3;
    for (size_t i = 0; i < 3; i++) {
        channel.settings[i].spec = &specs[i];
    }
    strings_add(&channel.settings[0].values, "a@example.se");
    strings_add(&channel.settings[0].values, "b@example.se");
    strings_add(&channel.settings[1].values, "mail.key");
    channel.settings[1].secret = string_copy("hush");

    assert_string_equal(channel_setting(&channel, "to"), "a@example.se");
    assert_int_equal(channel_setting_list(&channel, "to")->count, 2);
    assert_string_equal(channel_setting(&channel, "key_file"), "mail.key");
    assert_string_equal(channel_secret(&channel, "key_file"), "hush");
    assert_null(channel_secret(&channel, "to"));
    assert_null(channel_setting(&channel, "empty"));
    assert_int_equal(channel_setting_list(&channel, "empty")->count, 0);
    assert_null(channel_setting(&channel, "from"));
    assert_null(channel_setting_list(&channel, "from"));
    channel_clear(&channel);
    assert_null(channel.name);
    channel_clear(&channel);
}

static void
init_small(struct channel *channel, const char *driver, const char *to,
           const char *secret)
{
    *channel =
        (struct channel){ .name = string_copy("out"), .driver = string_copy(driver) };
    channel->settings = memory_array(2, sizeof(*channel->settings));
    channel->n_settings = 2;
    channel->settings[0].spec = &specs[0];
    channel->settings[1].spec = &specs[1];
    strings_add(&channel->settings[0].values, to);
    channel->settings[1].secret = string_copy(secret);
}

/* Whoever remembers something of a channel can see that it is another account now. */
static void
test_other_options_have_another_digest(void **state)
{
    static const struct {
        const char *driver, *to, *secret;
    } rows[] = {
        { "email", "a", "bc" }, { "sms", "a", "bc" }, { "email", "b", "bc" },
        { "email", "a", "bd" }, { "email", "a", "" }, { "email", "ab", "c" },
    };
    char digests[ARRAY_COUNT(rows)][SHA256_HEX_SIZE];
    char again[SHA256_HEX_SIZE];
    struct channel channel;

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        init_small(&channel, rows[i].driver, rows[i].to, rows[i].secret);
        channel_digest(&channel, digests[i]);
        string_replace(&channel.name, "other");
        channel.timeout_ms = 5;
        channel_digest(&channel, again);
        assert_string_equal(digests[i], again);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(digests[i], digests[j]);
        }
        channel_clear(&channel);
    }
    init_small(&channel, "email", "a", "bc");
    strings_add(&channel.settings[0].values, "a");
    channel_digest(&channel, again);
    assert_string_not_equal(digests[0], again);
    channel_clear(&channel);
}

static void
test_route(void **state)
{
    struct route route = { .name = string_copy("all"), .has_places = true };

    (void)state;
    strings_add(&route.places, "Täby");
    strings_add(&route.sources, "oms");
    strings_add(&route.channels, "page");
    route_clear(&route);
    assert_false(route.has_places);
    assert_int_equal(route.channels.count, 0);
}

static void
test_sender_kinds(void **state)
{
    static const char *const names[SENDER_KIND_COUNT] = { "http", "smtp", "files",
                                                          "mqtt", "exec" };

    (void)state;
    for (int i = 0; i < SENDER_KIND_COUNT; i++) {
        assert_string_equal(sender_kind_name((enum sender_kind)i), names[i]);
        assert_int_equal(sender_kind_find(names[i]), i);
    }
    assert_int_equal(sender_kind_find("ftp"), -1);
}

static void
test_reply_headers(void **state)
{
    struct reply reply = { .detail = string_copy("d") };

    (void)state;
    assert_null(reply_header(&reply, "Retry-After"));
    strings_add(&reply.headers, "Retry-After-Not: 1");
    strings_add(&reply.headers, "retry-after: \t120");
    strings_add(&reply.headers, "Retry-After: 9");
    strings_add(&reply.headers, "Location:");
    assert_string_equal(reply_header(&reply, "Retry-After"), "120");
    assert_string_equal(reply_header(&reply, "location"), "");
    assert_null(reply_header(&reply, "Retry"));
    reply_clear(&reply);
    reply_clear(&reply);
}

static void
test_request_and_outcome_are_freed(void **state)
{
    struct request request = { .method = string_copy("POST"),
                               .url = string_copy("https://example.se/"),
                               .proxy = string_copy("p"),
                               .ca_file = string_copy("c"),
                               .mail_from = string_copy("f"),
                               .rcpt_to = string_copy("t"),
                               .tls = string_copy("none"),
                               .username = string_copy("u"),
                               .password = string_copy("w"),
                               .directory = string_copy("/d") };
    struct outcome outcome = { .remote_id = string_copy("i"),
                               .detail = string_copy("d") };

    (void)state;
    strings_add(&request.headers, "A: b");
    buffer_add(&request.body, "body");
    request.files = memory_array(1, sizeof(*request.files));
    request.n_files = 1;
    request.files[0].name = string_copy("index.html");
    buffer_add(&request.files[0].content, "<!doctype html>");
    request_clear(&request);
    assert_int_equal(request.n_files, 0);
    request_clear(&request);
    outcome_clear(&outcome);
    assert_null(outcome.detail);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_other_options_have_another_digest),
        cmocka_unit_test(test_route),
        cmocka_unit_test(test_sender_kinds),
        cmocka_unit_test(test_reply_headers),
        cmocka_unit_test(test_request_and_outcome_are_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
