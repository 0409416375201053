/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The feeds: what a feed reader gets, whether it is new to it, and that it parses.
 */
#include "test_page_fixture.h"

#include <jansson.h>

static json_t *
parse(const struct site *site, const char *name)
{
    json_error_t error;
    json_t *document = json_loads(file(site, name), JSON_REJECT_DUPLICATES, &error);

    if (document == NULL)
        fail_msg("%s: %s", name, error.text);
    return document;
}

static const char *
text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    if (text == NULL)
        fail_msg("%s is missing", key);
    return text;
}

static void
test_json_feed(void **state)
{
    struct site site;
    json_t *feed, *item;

    (void)state;
    site_init(&site);
    say(add_incident(&site, "a", "Täby kyrkby", 1432), NOTICE_FIRST,
        "2026-11-23T13:05:00Z");
    add_incident(&site, "silent", "Tystby", 2);
    render(&site);
    feed = parse(&site, "feed.json");
    assert_string_equal("https://jsonfeed.org/version/1.1", text_of(feed, "version"));
    assert_string_equal("sv", text_of(feed, "language"));
    assert_string_equal("https://drift.example.se/feed.json",
                        text_of(feed, "feed_url"));
    assert_int_equal(1, json_array_size(json_object_get(feed, "items")));
    item = json_array_get(json_object_get(feed, "items"), 0);
    assert_string_equal("https://drift.example.se/incident/a.html",
                        text_of(item, "url"));
    assert_string_equal("2026-11-23T13:05:00Z", text_of(item, "date_published"));
    assert_has(text_of(item, "content_text"), "Täby kyrkby");
    assert_has(text_of(item, "content_text"), "13.48");
    json_decref(feed);
    feed = parse(&site, "en/feed.json");
    item = json_array_get(json_object_get(feed, "items"), 0);
    assert_string_equal("https://drift.example.se/en/incident/a.html",
                        text_of(item, "url"));
    assert_has(text_of(item, "content_text"), "13:48");
    json_decref(feed);
    site_clear(&site);
}

static void
test_atom(void **state)
{
    struct site site;
    const char *atom;

    (void)state;
    site_init(&site);
    say(add_incident(&site, "a", "Täby & <kyrkby>", 1432), NOTICE_FIRST,
        "2026-11-23T13:05:00Z");
    render(&site);
    atom = file(&site, "feed.atom");
    assert_balanced(atom);
    assert_has(atom, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                     "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"sv\">");
    assert_has(atom, "<id>urn:uuid:");
    assert_has(atom, "<author><name>Täby Nät</name></author>");
    assert_has(atom, "<link rel=\"self\" type=\"application/atom+xml\" "
                     "href=\"https://drift.example.se/feed.atom\"/>");
    assert_has(atom, "<link rel=\"alternate\" type=\"text/html\" "
                     "href=\"https://drift.example.se/incident/a.html\"/>");
    assert_has(atom, "<updated>2026-11-23T13:05:00Z</updated>");
    assert_has(atom, "Täby &amp; &lt;kyrkby&gt;");
    site.input.page_url = NULL;
    render(&site);
    atom = file(&site, "feed.atom");
    assert_lacks(atom, "<link");
    assert_has(atom, "<content type=\"text\">"); /* stands in for the link */
    site_clear(&site);
}

/* The first id of an entry; the feed's own comes before it. */
static void
entry_id(const struct site *site, const char *name, char out[64])
{
    json_t *feed = parse(site, name);
    json_t *item = json_array_get(json_object_get(feed, "items"), 0);

    (void)snprintf(out, 64, "%s", text_of(item, "id"));
    json_decref(feed);
}

static void
test_ids_are_permanent_and_new_words_are_new(void **state)
{
    struct site site;
    struct page_incident *item;
    char before[64], after[64], other[64];

    (void)state;
    site_init(&site);
    item = add_incident(&site, "a", "Täby", 1432);
    say(item, NOTICE_FIRST, "2026-11-23T13:05:00Z");
    render(&site);
    entry_id(&site, "feed.json", before);
    assert_has(file(&site, "feed.atom"), before); /* the same in both formats */
    entry_id(&site, "en/feed.json", other);
    assert_string_not_equal(before, other);
    site.input.page_url = "https://moved.example"; /* the page moves, the ids stay */
    site.input.now_ms += HOURS_MS;
    render(&site);
    entry_id(&site, "feed.json", after);
    assert_string_equal(before, after);
    say(item, NOTICE_CAUSE, "2026-11-23T13:35:00Z");
    render(&site);
    entry_id(&site, "feed.json", after);
    assert_string_not_equal(before, after);
    /* xxxxxxxx-xxxx-8xxx-[89ab]xxx-xxxxxxxxxxxx */
    assert_int_equal(strlen("urn:uuid:") + 36, strlen(after));
    assert_int_equal('8', after[9 + 14]);
    assert_non_null(strchr("89ab", after[9 + 19]));
    site_clear(&site);
}

static void
test_newest_hundred_newest_first(void **state)
{
    struct site site;
    json_t *feed, *items;

    (void)state;
    site_init(&site);
    for (int i = 0; i < 150; i++) {
        char id[16], written[32];

        (void)snprintf(id, sizeof(id), "i%d", i);
        (void)snprintf(written, sizeof(written), "2026-11-23T10:%02d:%02dZ",
                       i * 7 % 150 / 60, i * 7 % 150 % 60);
        say(add_incident(&site, id, "Täby", 1), NOTICE_FIRST, written);
    }
    render(&site);
    feed = parse(&site, "feed.json");
    items = json_object_get(feed, "items");
    assert_int_equal(100, json_array_size(items));
    for (size_t i = 1; i < 100; i++)
        assert_true(strcmp(text_of(json_array_get(items, i - 1), "date_published"),
                           text_of(json_array_get(items, i), "date_published")) >= 0);
    assert_string_equal("2026-11-23T10:02:29Z",
                        text_of(json_array_get(items, 0), "date_published"));
    assert_has(file(&site, "feed.atom"), "<updated>2026-11-23T10:02:29Z</updated>");
    json_decref(feed);
    site_clear(&site);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_feed),
        cmocka_unit_test(test_atom),
        cmocka_unit_test(test_ids_are_permanent_and_new_words_are_new),
        cmocka_unit_test(test_newest_hundred_newest_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
