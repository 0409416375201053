/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Alerts as others read them: the type of each message, what it refers to, the words
 * for the state of an incident, times, places, and the feeds.
 */
#include "test_cap_fixture.h"

static void
test_first_alert(void **state)
{
    struct cap_site cap;
    struct page_incident *item;
    const char *text;

    (void)state;
    cap_site_init(&cap);
    item = add_incident(&cap.site, "i_1", "Täby & Gribbylund", 1432);
    say(item, NOTICE_FIRST, "2026-11-23T13:05:00.750Z");
    cap_due(&cap, item, 1);
    cap_render(&cap);
    text = alert_of(&cap, item, 0);
    assert_balanced(text);
    assert_has(text, "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n"
                     "<identifier>m_i_1_1</identifier>\n"
                     "<sender>drift@example.se</sender>\n"
                     "<sent>2026-11-23T14:05:00+01:00</sent>\n"
                     "<status>Actual</status>\n"
                     "<msgType>Alert</msgType>\n"
                     "<scope>Public</scope>\n"
                     "<incidents>i_1</incidents>\n"
                     "<info>\n"
                     "<language>sv</language>\n"
                     "<category>Infra</category>\n"
                     "<event>Strömavbrott</event>\n"
                     "<responseType>Monitor</responseType>\n"
                     "<urgency>Immediate</urgency>\n"
                     "<severity>Unknown</severity>\n"
                     "<certainty>Observed</certainty>\n"
                     "<eventCode>\n<valueName>budkavle:kind</valueName>\n"
                     "<value>power</value>\n</eventCode>\n"
                     "<effective>2026-11-23T14:05:00+01:00</effective>\n"
                     "<onset>2026-11-23T13:48:00+01:00</onset>\n"
                     "<expires>2026-11-23T20:05:00+01:00</expires>\n"
                     "<senderName>Täby Nät</senderName>\n"
                     "<headline>Strömmen är borta i Täby &amp; Gribbylund");
    assert_has(text, "<web>https://drift.example.se/incident/i_1.html</web>");
    assert_has(text, "<web>https://drift.example.se/en/incident/i_1.html</web>");
    assert_has(text, "<contact>Ring 020-00 00 00</contact>");
    assert_has(text, "<language>en</language>");
    assert_has(text, "<event>Power cut</event>");
    assert_has(text, "<area>\n<areaDesc>Täby &amp; Gribbylund</areaDesc>\n</area>");
    assert_has(text, "<valueName>budkavle:customers_affected</valueName>\n"
                     "<value>1432</value>");
    assert_lacks(text, "<references>");
    assert_lacks(text, "Z</");
    site_clear(&cap.site);
}

/* Update to all that have not expired, then Cancel to all of them; then it begins anew. */
static void
test_story(void **state)
{
    struct cap_site cap;
    struct page_incident *item;

    (void)state;
    cap_site_init(&cap);
    item = add_incident(&cap.site, "i_1", "Täby", 10);
    say(item, NOTICE_FIRST, "2026-11-23T08:00:00Z");
    say(item, NOTICE_CAUSE, "2026-11-23T12:00:00Z");
    say(item, NOTICE_ETR_SET, "2026-11-23T15:00:00Z");
    item->incident.facts.status = INCIDENT_CANCELLED;
    say(item, NOTICE_FALSE_ALARM, "2026-11-23T15:10:00Z");
    item->incident.facts.status = INCIDENT_CONFIRMED;
    say(item, NOTICE_REOPENED, "2026-11-23T15:20:00Z");
    cap_due(&cap, item, 5);
    cap_render(&cap);
    assert_has(alert_of(&cap, item, 4), "<msgType>Alert</msgType>");
    assert_has(alert_of(&cap, item, 3),
               "<msgType>Update</msgType>\n<scope>Public</scope>\n<references>"
               "drift@example.se,m_i_1_1,2026-11-23T09:00:00+01:00</references>");
    /* The first one expired at 15.00. */
    assert_has(alert_of(&cap, item, 2),
               "<references>drift@example.se,m_i_1_2,2026-11-23T13:00:00+01:00"
               "</references>");
    assert_has(alert_of(&cap, item, 1), "<msgType>Cancel</msgType>");
    assert_has(alert_of(&cap, item, 1),
               "<references>drift@example.se,m_i_1_2,2026-11-23T13:00:00+01:00 "
               "drift@example.se,m_i_1_3,2026-11-23T16:00:00+01:00</references>");
    assert_has(alert_of(&cap, item, 1), "<certainty>Unlikely</certainty>");
    assert_has(alert_of(&cap, item, 1), "<urgency>Past</urgency>");
    assert_has(alert_of(&cap, item, 0), "<msgType>Alert</msgType>");
    assert_lacks(alert_of(&cap, item, 0), "<references>");
    site_clear(&cap.site);
}

static void
test_all_expired(void **state)
{
    struct cap_site cap;
    struct page_incident *item;

    (void)state;
    cap_site_init(&cap);
    item = add_incident(&cap.site, "i_1", "Täby", 10);
    say(item, NOTICE_FIRST, "2026-11-22T08:00:00Z");
    say(item, NOTICE_CAUSE, "2026-11-22T08:30:00Z");
    item->incident.facts.status = INCIDENT_RESTORED;
    say(item, NOTICE_RESTORED, "2026-11-23T15:00:00Z");
    cap_due(&cap, item, 1);
    cap_render(&cap);
    assert_has(alert_of(&cap, item, 0), "<msgType>Update</msgType>");
    assert_has(alert_of(&cap, item, 0),
               "<references>drift@example.se,m_i_1_2,2026-11-22T09:30:00+01:00"
               "</references>");
    assert_has(alert_of(&cap, item, 0), "<responseType>AllClear</responseType>\n"
                                        "<urgency>Past</urgency>");
    site_clear(&cap.site);
}

/* What was published stays as it is: only what is due is written. */
static void
test_only_what_is_due(void **state)
{
    struct cap_site cap;
    struct page_incident *item, *other;

    (void)state;
    cap_site_init(&cap);
    item = add_incident(&cap.site, "i_1", "Täby", 10);
    say(item, NOTICE_FIRST, "2026-11-23T08:00:00Z");
    say(item, NOTICE_CAUSE, "2026-11-23T09:00:00Z");
    cap_due(&cap, item, 1);
    cap_render(&cap);
    assert_int_equal(2, cap.site.request.n_files);
    assert_string_equal("alert/m_i_1_2.xml", cap.site.request.files[0].name);
    assert_string_equal("cap.atom", cap.site.request.files[1].name);
    cap.site.input.n_due = 0;
    cap_render(&cap);
    assert_int_equal(1, cap.site.request.n_files);
    other = add_incident(&cap.site, "i_2", "Lund", 10);
    (void)other;
    cap.site.input.pages_only = true;
    cap_due(&cap, item, 2);
    cap_render(&cap);
    assert_int_equal(2, cap.site.request.n_files);
    assert_string_equal("alert/m_i_1_1.xml", cap.site.request.files[0].name);
    site_clear(&cap.site);
}

/* A clock that was set back makes no message refer to a later one. */
static void
test_clock_set_back(void **state)
{
    struct cap_site cap;
    struct page_incident *item;

    (void)state;
    cap_site_init(&cap);
    item = add_incident(&cap.site, "i_1", "Täby", 10);
    say(item, NOTICE_FIRST, "2026-11-23T13:00:00Z");
    say(item, NOTICE_CAUSE, "2026-11-23T12:00:00Z");
    cap_due(&cap, item, 1);
    cap_render(&cap);
    assert_has(alert_of(&cap, item, 0), "<sent>2026-11-23T14:00:00+01:00</sent>");
    assert_has(alert_of(&cap, item, 0), "m_i_1_1,2026-11-23T14:00:00+01:00<");
    site_clear(&cap.site);
}

static void
check_state(enum incident_status status, enum notice notice, const char *expected)
{
    struct cap_site cap;
    struct page_incident *item;

    cap_site_init(&cap);
    item = add_incident(&cap.site, "i_1", "Täby", 10);
    item->incident.facts.status = status;
    say(item, notice, "2026-11-23T13:00:00Z");
    cap_due(&cap, item, 1);
    cap_render(&cap);
    assert_has(alert_of(&cap, item, 0), expected);
    site_clear(&cap.site);
}

#define STATE(response, urgency, certainty)                                            \
    "<responseType>" response "</responseType>\n<urgency>" urgency                     \
    "</urgency>\n<severity>Unknown</severity>\n<certainty>" certainty "</certainty>"

static void
test_states(void **state)
{
    (void)state;
    check_state(INCIDENT_PLANNED, NOTICE_PLANNED, STATE("Prepare", "Future", "Likely"));
    check_state(INCIDENT_SUSPECTED, NOTICE_SUSPECTED,
                STATE("Monitor", "Immediate", "Possible"));
    check_state(INCIDENT_CONFIRMED, NOTICE_FIRST,
                STATE("Monitor", "Immediate", "Observed"));
    check_state(INCIDENT_PARTLY_RESTORED, NOTICE_PARTLY_RESTORED,
                STATE("Monitor", "Immediate", "Observed"));
    check_state(INCIDENT_RESTORED, NOTICE_RESTORED,
                STATE("AllClear", "Past", "Observed"));
    check_state(INCIDENT_CANCELLED, NOTICE_FALSE_ALARM,
                STATE("AllClear", "Past", "Unlikely"));
    check_state(INCIDENT_CONFIRMED, NOTICE_MERGED, STATE("None", "Past", "Observed"));
}

static void
test_planned_work(void **state)
{
    static const struct {
        const char *from, *expected;
    } rows[] = {
        { "2026-11-24T08:00:00Z", STATE("Prepare", "Future", "Likely") },
        { "2026-11-23T13:40:00Z", STATE("Prepare", "Expected", "Likely") },
        { "2026-11-23T13:00:00Z", STATE("Prepare", "Immediate", "Observed") },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct cap_site cap;
        struct page_incident *item;

        cap_site_init(&cap);
        item = add_incident(&cap.site, "i_1", "Täby", 10);
        item->incident.facts.status = INCIDENT_PLANNED;
        item->incident.facts.planned.from_ms = moment(rows[i].from);
        item->incident.facts.planned.to_ms = moment("2026-11-25T08:00:00Z");
        facts_set(&item->incident.facts, FIELD_PLANNED);
        say(item, NOTICE_PLANNED, "2026-11-23T13:00:00Z");
        cap_due(&cap, item, 1);
        cap_render(&cap);
        assert_has(alert_of(&cap, item, 0), rows[i].expected);
        if (i == 0)
            assert_has(alert_of(&cap, item, 0),
                       "<onset>2026-11-24T09:00:00+01:00</onset>");
        site_clear(&cap.site);
    }
}

/* Water that must be boiled is no all-clear, though it runs again. */
static void
test_danger_outlasts_the_outage(void **state)
{
    struct cap_site cap;
    struct page_incident *item;

    (void)state;
    cap_site_init(&cap);
    item = add_incident(&cap.site, "i_1", "Täby", 10);
    item->incident.facts.kind = KIND_WATER;
    item->incident.facts.status = INCIDENT_RESTORED;
    strings_add(&item->incident.facts.advice, "boil_water");
    facts_set(&item->incident.facts, FIELD_ADVICE);
    say(item, NOTICE_RESTORED, "2026-11-23T13:00:00Z");
    cap_due(&cap, item, 1);
    cap_render(&cap);
    assert_has(alert_of(&cap, item, 0), STATE("Avoid", "Immediate", "Observed"));
    assert_has(alert_of(&cap, item, 0), "<instruction>");
    assert_lacks(alert_of(&cap, item, 0), "AllClear");
    site_clear(&cap.site);
}

static void
test_expires(void **state)
{
    struct cap_site cap;
    struct page_incident *item;

    (void)state;
    cap_site_init(&cap);
    cap_set(&cap, "expires", "30min");
    item = add_incident(&cap.site, "i_1", "Täby", 10);
    say(item, NOTICE_FIRST, "2026-11-23T13:00:00Z");
    cap_due(&cap, item, 1);
    cap_render(&cap);
    /* The next word is promised for 15.00 and may come late. */
    assert_has(alert_of(&cap, item, 0), "<expires>2026-11-23T16:00:00+01:00</expires>");
    item->history[0].next_word_at_ms = TIME_NONE;
    cap_render(&cap);
    assert_has(alert_of(&cap, item, 0), "<expires>2026-11-23T14:30:00+01:00</expires>");
    site_clear(&cap.site);
}

static void
test_places(void **state)
{
    struct cap_site cap;
    struct page_incident *item;
    const char *text;

    (void)state;
    cap_site_init(&cap);
    cap_set(&cap, "geocode", "SCB:district");
    item = add_incident(&cap.site, "i_1", NULL, 10);
    add_place(&item->incident.facts, "Punkt",
              "{\"type\":\"Point\",\"coordinates\":[18.0700000001,-0.00000001]}");
    add_place(&item->incident.facts, "Yta",
              "{\"type\":\"Polygon\",\"coordinates\":[[[18,59],[18.5,59],[18.5,59.25],"
              "[18,59]],[[18.1,59.1],[18.2,59.1],[18.2,59.2],[18.1,59.1]]]}");
    add_place(&item->incident.facts, "Ytor",
              "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[1,2],[3,2],[3,4],[1,2]]],"
              "[[[5,6],[7,6],[7,8],[5,6]]]]}");
    item->incident.facts.places[1].code = string_copy("0160-03");
    say(item, NOTICE_FIRST, "2026-11-23T13:00:00Z");
    cap_due(&cap, item, 1);
    cap_render(&cap);
    text = alert_of(&cap, item, 0);
    assert_has(text, "<areaDesc>Punkt</areaDesc>\n<circle>0,18.07 0</circle>\n");
    assert_has(text, "<areaDesc>Yta</areaDesc>\n"
                     "<polygon>59,18 59,18.5 59.25,18.5 59,18</polygon>\n"
                     "<geocode>\n<valueName>SCB:district</valueName>\n"
                     "<value>0160-03</value>\n</geocode>\n");
    assert_has(text, "<polygon>2,1 2,3 4,3 2,1</polygon>\n"
                     "<polygon>6,5 6,7 8,7 6,5</polygon>\n");
    site_clear(&cap.site);
}

static void
test_modes_and_scopes(void **state)
{
    struct cap_site cap;
    struct page_incident *item;

    (void)state;
    cap_site_init(&cap);
    item = add_incident(&cap.site, "i_1", "Täby", 10);
    item->incident.facts.mode = MODE_EXERCISE;
    facts_set(&item->incident.facts, FIELD_MODE);
    item->incident.facts.audience = AUDIENCE_STAFF;
    facts_set(&item->incident.facts, FIELD_AUDIENCE);
    say(item, NOTICE_FIRST, "2026-11-23T13:00:00Z");
    cap_due(&cap, item, 1);
    cap_render(&cap);
    assert_has(alert_of(&cap, item, 0), "<status>Exercise</status>");
    assert_has(alert_of(&cap, item, 0),
               "<scope>Restricted</scope>\n<restriction>staff</restriction>");
    cap_set(&cap, "scope", "Private");
    cap_set(&cap, "addresses", "a@b.example \"c d\"");
    cap_render(&cap);
    assert_has(alert_of(&cap, item, 0),
               "<scope>Private</scope>\n<addresses>a@b.example "
               "&quot;c d&quot;</addresses>");
    site_clear(&cap.site);
}

static void
test_correction_and_merge(void **state)
{
    struct cap_site cap;
    struct page_incident *item;

    (void)state;
    cap_site_init(&cap);
    item = add_incident(&cap.site, "i_1", "Täby", 10);
    say(item, NOTICE_FIRST, "2026-11-23T13:00:00Z");
    say(item, NOTICE_CORRECTION, "2026-11-23T13:10:00Z");
    localized_add(&item->history[0].correction.reason, "sv", "Fel ort.");
    (void)snprintf(item->history[0].merged_into_id, PUBLIC_ID_SIZE, "i_9");
    cap_due(&cap, item, 1);
    cap_render(&cap);
    assert_has(alert_of(&cap, item, 0), "<msgType>Update</msgType>\n"
                                        "<scope>Public</scope>\n<note>Fel ort.</note>\n"
                                        "<references>");
    assert_has(alert_of(&cap, item, 0), "<incidents>i_1 i_9</incidents>");
    site_clear(&cap.site);
}

static void
test_headline(void **state)
{
    struct cap_site cap;
    struct page_incident *item;
    struct buffer name = { 0 };
    const char *headline;

    (void)state;
    cap_site_init(&cap);
    for (int i = 0; i < 60; i++)
        buffer_add(&name, "Åbyå");
    item = add_incident(&cap.site, "i_1", name.data, 10);
    say(item, NOTICE_FIRST, "2026-11-23T13:00:00Z");
    cap_due(&cap, item, 1);
    cap_render(&cap);
    headline = strstr(alert_of(&cap, item, 0), "<headline>") + strlen("<headline>");
    char *text = string_copy_n(headline, (size_t)(strchr(headline, '<') - headline));
    assert_true(utf8_count_code_points(text) < 140);
    assert_true(utf8_count_code_points(text) > 10);
    free(text);
    buffer_clear(&name);
    site_clear(&cap.site);
}

static void
test_feeds(void **state)
{
    struct cap_site cap;
    struct page_incident *item, *other, *silent;
    const char *atom, *rss;

    (void)state;
    cap_site_init(&cap);
    item = add_incident(&cap.site, "i_1", "Täby", 10);
    say(item, NOTICE_FIRST, "2026-11-23T13:00:00Z");
    other = add_incident(&cap.site, "i_2", "Lund", 10);
    say(other, NOTICE_FIRST, "2026-11-23T13:05:00Z");
    silent = add_incident(&cap.site, "i_3", "Mora", 10);
    say(silent, NOTICE_FIRST, "2026-11-23T13:06:00Z");
    silent->listed = false;
    cap_render(&cap);
    atom = file(&cap.site, "cap.atom");
    assert_balanced(atom);
    assert_has(atom, "<updated>2026-11-23T14:05:00+01:00</updated>\n<author>");
    assert_has(atom, "<link rel=\"alternate\" type=\"application/cap+xml\" "
                     "href=\"alert/m_i_1_1.xml\"/>");
    assert_true(strstr(atom, "m_i_2_1") < strstr(atom, "m_i_1_1"));
    assert_lacks(atom, "m_i_3_1");
    assert_null(find_file(&cap.site, "cap.rss"));
    cap_set(&cap, "url", "https://drift.example.se/cap/");
    cap_render(&cap);
    assert_has(file(&cap.site, "cap.atom"),
               "href=\"https://drift.example.se/cap/alert/m_i_1_1.xml\"/>");
    assert_has(file(&cap.site, "cap.atom"),
               "<link rel=\"self\" type=\"application/atom+xml\" "
               "href=\"https://drift.example.se/cap/cap.atom\"/>");
    rss = file(&cap.site, "cap.rss");
    assert_has(rss, "<link>https://drift.example.se/cap/alert/m_i_1_1.xml</link>\n"
                    "<guid isPermaLink=\"false\">urn:uuid:");
    assert_has(rss, "<pubDate>Mon, 23 Nov 2026 13:00:00 +0000</pubDate>");
    site_clear(&cap.site);
}

/* Apart from the alerts, and marked so that nobody acts on it. */
static void
test_channel_test(void **state)
{
    struct cap_site cap;
    struct page_incident *item;
    struct delivery_input input = { 0 };
    struct error error = { { 0 } };

    (void)state;
    cap_site_init(&cap);
    item = add_incident(&cap.site, "test", "Täby", 10);
    item->incident.facts.mode = MODE_TEST;
    facts_set(&item->incident.facts, FIELD_MODE);
    say(item, NOTICE_FIRST, "2026-11-23T13:00:00Z");
    input.channel = &cap.site.channel;
    input.catalogues = cap.site.catalogues;
    input.n_catalogues = 2;
    input.organisation = "Täby Nät";
    input.message = &item->latest;
    assert_int_equal(STATUS_OK, driver_cap.test(&input, &cap.site.request, &error));
    assert_int_equal(1, cap.site.request.n_files);
    assert_string_equal("/var/lib/budkavle-page", cap.site.request.directory);
    assert_has(file(&cap.site, "test.xml"), "<status>Test</status>");
    site_clear(&cap.site);
}

static void
check_option(const char *name, const char *value, const char *problem)
{
    struct cap_site cap;
    struct error error = { { 0 } };

    site_init(&cap.site);
    cap_set(&cap, name, value);
    assert_int_equal(problem == NULL ? STATUS_OK : STATUS_INVALID,
                     driver_cap.check(&cap.site.channel, &error));
    assert_has(error.text, problem == NULL ? "" : problem);
    site_clear(&cap.site);
}

static void
test_options(void **state)
{
    (void)state;
    check_option("sender", "drift@example.se", NULL);
    check_option("sender", "a b", "sender \"a b\" holds a blank");
    check_option("sender", "a,b", "comma");
    check_option("sender", "a&b", "drift@example.se");
    check_option("url", "https://x.example/cap", NULL);
    check_option("url", "ftp://x.example", "begins with https:// or http://");
    check_option("scope", "Private", "needs addresses");
    check_option("scope", "Restricted", NULL);
}

static void
check_reply(enum reply_result result, int64_t code, const char *detail,
            enum outcome_kind kind, const char *said)
{
    struct cap_site cap;
    struct reply reply = { .result = result, .code = code };
    struct outcome outcome = { 0 };

    cap_site_init(&cap);
    reply.detail = string_copy(detail);
    driver_cap.classify(&cap.site.channel, &reply, false, 0, &outcome);
    assert_int_equal(kind, outcome.kind);
    if (said != NULL)
        assert_has(outcome.detail, said);
    free(reply.detail);
    outcome_clear(&outcome);
    site_clear(&cap.site);
}

static void
test_replies(void **state)
{
    (void)state;
    check_reply(REPLY_ANSWERED, 200, NULL, OUTCOME_DELIVERED, NULL);
    check_reply(REPLY_NOT_SENT, 507, "No space left on device", OUTCOME_TRANSPORT,
                "No space left");
    check_reply(REPLY_NOT_SENT, 403, "Permission denied", OUTCOME_CREDENTIALS,
                "ReadWritePaths=");
    check_reply(REPLY_UNKNOWN, 0, "died", OUTCOME_UNKNOWN, "died");
    check_reply(REPLY_BAD_REQUEST, 0, "bad name", OUTCOME_REFUSED, "bad name");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_alert),
        cmocka_unit_test(test_story),
        cmocka_unit_test(test_all_expired),
        cmocka_unit_test(test_only_what_is_due),
        cmocka_unit_test(test_clock_set_back),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_planned_work),
        cmocka_unit_test(test_danger_outlasts_the_outage),
        cmocka_unit_test(test_expires),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_modes_and_scopes),
        cmocka_unit_test(test_correction_and_merge),
        cmocka_unit_test(test_headline),
        cmocka_unit_test(test_feeds),
        cmocka_unit_test(test_channel_test),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_replies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
