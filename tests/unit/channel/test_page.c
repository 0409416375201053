/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The page driver: which files a rendering has, what may be shown, and what a reply
 * means.
 */
#include "test_page_fixture.h"

static void
test_files_of_two_languages(void **state)
{
    static const char *const names[] = { "index.html",        "en/index.html",
                                         "feed.atom",         "en/feed.atom",
                                         "feed.json",         "en/feed.json",
                                         "incident/a.html",   "en/incident/a.html",
                                         "incidents.geojson", "status.json" };
    struct site site;

    (void)state;
    site_init(&site);
    say(add_incident(&site, "a", "Täby kyrkby", 1432), NOTICE_FIRST,
        "2026-11-23T13:05:00Z");
    add_incident(&site, "b", "Gribbylund", 3); /* unchanged: its page stays */
    render(&site);
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        (void)file(&site, names[i]);
    assert_int_equal(ARRAY_COUNT(names), site.request.n_files);
    assert_int_equal(SENDER_FILES, site.request.sender);
    assert_string_equal("/var/lib/budkavle-page", site.request.directory);
    site_clear(&site);
}

static void
test_incident_page_precedes_the_index_that_links_it(void **state)
{
    struct site site;
    bool written = false;

    (void)state;
    site_init(&site);
    site.input.n_catalogues = 1;
    say(add_incident(&site, "a", "Täby", 5), NOTICE_FIRST, "2026-11-23T13:05:00Z");
    render(&site);
    for (size_t i = 0; i < site.request.n_files; i++) {
        if (strcmp(site.request.files[i].name, "incident/a.html") == 0)
            written = true;
        if (strcmp(site.request.files[i].name, "index.html") == 0)
            assert_true(written);
    }
    assert_true(written);
    site_clear(&site);
}

static void
test_same_input_same_bytes(void **state)
{
    struct site site;
    struct request first;

    (void)state;
    site_init(&site);
    say(add_incident(&site, "a", "Täby", 5), NOTICE_FIRST, "2026-11-23T13:05:00Z");
    say(add_incident(&site, "b", "Vallentuna", 7), NOTICE_FIRST,
        "2026-11-23T13:05:00Z");
    render(&site);
    first = site.request;
    memset(&site.request, 0, sizeof(site.request));
    render(&site);
    assert_int_equal(first.n_files, site.request.n_files);
    for (size_t i = 0; i < first.n_files; i++) {
        assert_string_equal(first.files[i].name, site.request.files[i].name);
        assert_string_equal(first.files[i].content.data,
                            site.request.files[i].content.data);
    }
    request_clear(&first);
    site_clear(&site);
}

/* The last gate: whatever the caller hands over, an exercise is not shown live. */
static void
test_exercise_never_on_a_live_page(void **state)
{
    struct site site;
    struct page_incident *item;

    (void)state;
    site_init(&site);
    item = add_incident(&site, "drill", "Hemliga byn", 900);
    item->incident.facts.mode = MODE_EXERCISE;
    facts_set(&item->incident.facts, FIELD_MODE);
    say(item, NOTICE_FIRST, "2026-11-23T13:05:00Z");
    render(&site);
    assert_null(find_file(&site, "incident/drill.html"));
    for (size_t i = 0; i < site.request.n_files; i++)
        assert_lacks(site.request.files[i].content.data, "Hemliga byn");
    site.channel.live = false;
    render(&site);
    assert_has(file(&site, "incident/drill.html"), "class=\"banner\"");
    assert_has(file(&site, "index.html"), "class=\"banner\"");
    assert_has(file(&site, "status.json"), "\"exercise\"");
    site_clear(&site);
}

static void
test_nothing_at_all(void **state)
{
    struct site site;

    (void)state;
    site_init(&site);
    site.input.page_url = NULL;
    site.input.contact = NULL;
    render(&site);
    assert_has(file(&site, "index.html"), "class=\"none\"");
    assert_balanced(file(&site, "index.html"));
    assert_balanced(file(&site, "feed.atom"));
    site_clear(&site);
}

struct reply_case {
    enum reply_result result;
    int64_t code;
    const char *detail;
    enum outcome_kind expected;
    const char *said; /* in the outcome's detail; NULL: no detail */
};

static const struct reply_case reply_cases[] = {
    { REPLY_ANSWERED, 200, NULL, OUTCOME_DELIVERED, NULL },
    { REPLY_ANSWERED, 500, "odd", OUTCOME_TRANSPORT, "odd" },
    { REPLY_NOT_SENT, 0, "index.html: No space left on device", OUTCOME_TRANSPORT,
      "No space left on device" },
    { REPLY_NOT_SENT, 0, NULL, OUTCOME_TRANSPORT, "no reason" },
    { REPLY_NOT_SENT, 0, "index.html: Permission denied", OUTCOME_CREDENTIALS,
      "/var/lib/budkavle-page" },
    { REPLY_NOT_SENT, 0, "index.html: Read-only file system", OUTCOME_CREDENTIALS,
      "ReadWritePaths" },
    { REPLY_UNKNOWN, 0, "the sender died", OUTCOME_UNKNOWN, "the sender died" },
    { REPLY_FORBIDDEN, 0, "not allowed", OUTCOME_REFUSED, "not allowed" },
    { REPLY_BAD_REQUEST, 0, "a name with ..", OUTCOME_REFUSED, "a name with .." },
};

static void
test_replies(void **state)
{
    struct site site;

    (void)state;
    site_init(&site);
    for (size_t i = 0; i < ARRAY_COUNT(reply_cases); i++) {
        const struct reply_case *row = &reply_cases[i];
        struct reply reply = { .result = row->result,
                               .code = row->code,
                               .detail = string_copy(row->detail) };
        struct outcome outcome = { 0 };

        driver_page.classify(&site.channel, &reply, false, site.input.now_ms, &outcome);
        assert_int_equal(row->expected, outcome.kind);
        assert_int_equal(-1, outcome.retry_after_ms);
        if (row->said == NULL) {
            assert_null(outcome.detail);
        } else {
            assert_has(outcome.detail, row->said);
            assert_true(strlen(outcome.detail) <= 200);
        }
        outcome_clear(&outcome);
        reply_clear(&reply);
    }
    site_clear(&site);
}

static void
test_long_directory_keeps_the_sentence_short(void **state)
{
    struct site site;
    char path[600];
    struct reply reply = { .result = REPLY_NOT_SENT,
                           .detail = string_copy("Permission denied") };
    struct outcome outcome = { 0 };

    (void)state;
    site_init(&site);
    memset(path, 'x', sizeof(path));
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    strings_clear(&site.channel.settings[0].values);
    strings_add(&site.channel.settings[0].values, path);
    driver_page.classify(&site.channel, &reply, false, 0, &outcome);
    assert_true(strlen(outcome.detail) <= 200);
    outcome_clear(&outcome);
    reply_clear(&reply);
    site_clear(&site);
}

static void
test_root_is_no_folder_for_a_page(void **state)
{
    struct site site;
    struct error error = { { 0 } };

    (void)state;
    site_init(&site);
    assert_int_equal(STATUS_OK, driver_page.check(&site.channel, &error));
    strings_clear(&site.channel.settings[0].values);
    strings_add(&site.channel.settings[0].values, "/");
    assert_int_equal(STATUS_INVALID, driver_page.check(&site.channel, &error));
    assert_has(error.text, "directory");
    site_clear(&site);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_of_two_languages),
        cmocka_unit_test(test_incident_page_precedes_the_index_that_links_it),
        cmocka_unit_test(test_same_input_same_bytes),
        cmocka_unit_test(test_exercise_never_on_a_live_page),
        cmocka_unit_test(test_nothing_at_all),
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_long_directory_keeps_the_sentence_short),
        cmocka_unit_test(test_root_is_no_folder_for_a_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
