/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The HTML pages: what a reader finds on them, and what a hostile value cannot do.
 */
#include "test_page_fixture.h"

#include "base/digest.h"

static size_t
count_of(const char *text, const char *part)
{
    size_t n = 0;

    while ((text = strstr(text, part)) != NULL) {
        n++;
        text += strlen(part);
    }
    return n;
}

/* Where part stands; fails when it does not. */
static size_t
place_of(const char *text, const char *part)
{
    assert_has(text, part);
    return (size_t)(strstr(text, part) - text);
}

static struct page_incident *
add_full_incident(struct site *site)
{
    struct page_incident *item = add_incident(site, "a", "Täby kyrkby", 1432);
    struct facts *facts = &item->incident.facts;

    facts->cause.code = CAUSE_TREE;
    facts_set(facts, FIELD_CAUSE);
    facts->crew = CREW_ON_SITE;
    facts_set(facts, FIELD_CREW);
    facts->etr.at_ms = moment("2026-11-23T16:30:00Z");
    facts->etr.basis = ETR_BASIS_CREW;
    facts_set(facts, FIELD_ETR);
    strings_add(&facts->advice, "stay_away_from_lines");
    facts_set(facts, FIELD_ADVICE);
    say(item, NOTICE_FIRST, "2026-11-23T12:50:00Z");
    say(item, NOTICE_ETR_SET, "2026-11-23T13:05:00Z");
    return item;
}

static void
test_index_says_what_is_known(void **state)
{
    struct site site;
    const char *html;

    (void)state;
    site_init(&site);
    add_full_incident(&site);
    render(&site);
    html = file(&site, "index.html");
    assert_has(html, "<html lang=\"sv\">");
    assert_has(html, "<a href=\"incident/a.html\">");
    assert_has(html, "Täby kyrkby</a>");
    assert_has(html, "datetime=\"2026-11-23T12:48:00Z\">13.48</time>");
    assert_has(html, "datetime=\"2026-11-23T16:30:00Z\">17.30</time>");
    assert_has(html, "datetime=\"2026-11-23T14:05:00Z\">15.05</time>"); /* next word */
    assert_has(html, catalogue_phrase(site.catalogues[0], "cause.tree"));
    assert_has(html, catalogue_phrase(site.catalogues[0], "crew.on_site"));
    assert_has(html, catalogue_phrase(site.catalogues[0], "basis.crew"));
    assert_has(html, "Ring 020-00 00 00");
    assert_has(html, "<meta http-equiv=\"refresh\" content=\"60\">");
    assert_has(html, "type=\"application/atom+xml\" href=\"feed.atom\"");
    assert_has(html, "type=\"application/feed+json\" href=\"feed.json\"");
    assert_has(html, "23 november"); /* last updated: with its day */
    assert_balanced(html);
    html = file(&site, "en/index.html");
    assert_has(html, "<html lang=\"en\">");
    assert_has(html, ">17:30</time>");
    assert_has(html, catalogue_phrase(site.catalogues[1], "cause.tree"));
    assert_balanced(html);
    site_clear(&site);
}

static void
test_incident_page_has_it_all(void **state)
{
    struct site site;
    const char *html;

    (void)state;
    site_init(&site);
    add_full_incident(&site);
    add_place(&site.incidents[0].incident.facts, "Gribbylund", NULL);
    render(&site);
    html = file(&site, "incident/a.html");
    assert_has(html, "Täby kyrkby<br>Gribbylund");
    assert_has(html, "<li id=\"m1\">");
    assert_has(html, "<li id=\"m2\">");
    assert_true(place_of(html, "id=\"m2\"") < place_of(html, "id=\"m1\""));
    assert_has(html, "datetime=\"2026-11-23T12:50:00Z\">"); /* when it was said */
    assert_has(html, "23 november");
    assert_has(html, "<ul>\n<li>"); /* advice */
    assert_has(html, "href=\"../index.html\"");
    assert_has(html, "href=\"../feed.atom\"");
    assert_has(html, "href=\"../status.json\"");
    assert_balanced(html);
    assert_has(file(&site, "en/incident/a.html"), "href=\"../../status.json\"");
    assert_balanced(file(&site, "en/incident/a.html"));
    site_clear(&site);
}

/* A page that nobody writes again tomorrow must not say a bare "17.30". */
static void
test_times_of_an_incident_page_carry_their_day(void **state)
{
    struct site site;
    const char *html;

    (void)state;
    site_init(&site);
    add_full_incident(&site);
    render(&site);
    html = file(&site, "incident/a.html");
    assert_lacks(html, "\">17.30</time>");
    assert_lacks(html, "\">13.48</time>");
    assert_has(html, "17.30</time>");
    site_clear(&site);
}

static void
test_language_links(void **state)
{
    static const char *const links[][2] = {
        { "index.html", "<a href=\"en/index.html\" lang=\"en\"" },
        { "en/index.html", "<a href=\"../index.html\" lang=\"sv\"" },
        { "incident/a.html", "<a href=\"../en/incident/a.html\" lang=\"en\"" },
        { "en/incident/a.html", "<a href=\"../../incident/a.html\" lang=\"sv\"" },
    };
    struct site site;

    (void)state;
    site_init(&site);
    add_full_incident(&site);
    render(&site);
    for (size_t i = 0; i < ARRAY_COUNT(links); i++)
        assert_has(file(&site, links[i][0]), links[i][1]);
    site.input.n_catalogues = 1;
    render(&site);
    assert_lacks(file(&site, "index.html"), "<nav");
    site_clear(&site);
}

static void
test_hostile_values_stay_text(void **state)
{
    static const char hostile[] = "\"><script>alert('x')</script><!--\xE2\x80\xAE";
    struct site site;
    struct page_incident *item;

    (void)state;
    site_init(&site);
    site.input.organisation = hostile;
    site.input.contact = hostile;
    item = add_incident(&site, "a", hostile, 10);
    localized_add(&item->incident.facts.note, "", hostile);
    facts_set(&item->incident.facts, FIELD_NOTE);
    item->incident.facts.cause.code = CAUSE_OTHER;
    localized_add(&item->incident.facts.cause.text, "", hostile);
    facts_set(&item->incident.facts, FIELD_CAUSE);
    strings_add(&item->incident.facts.advice, hostile);
    facts_set(&item->incident.facts, FIELD_ADVICE);
    say(item, NOTICE_FIRST, "2026-11-23T13:05:00Z");
    render(&site);
    for (size_t i = 0; i < site.request.n_files; i++) {
        const struct request_file *written = &site.request.files[i];
        bool is_markup = strstr(written->name, ".html") != NULL ||
                         strstr(written->name, ".atom") != NULL;

        if (!is_markup)
            continue;
        assert_lacks(written->content.data, "<script");
        assert_lacks(written->content.data, "<!--");
        assert_lacks(written->content.data, "\xE2\x80\xAE");
        assert_has(written->content.data, "&lt;script&gt;");
        assert_balanced(written->content.data);
    }
    site_clear(&site);
}

/* The policy names the one style sheet by its digest, and allows nothing else. */
static void
test_policy_fits_the_style(void **state)
{
    struct site site;
    const char *html, *style, *end;
    char hex[SHA256_HEX_SIZE];
    unsigned char digest[SHA256_BYTES];
    char *encoded, *source;

    (void)state;
    site_init(&site);
    render(&site);
    html = file(&site, "index.html");
    style = html + place_of(html, "<style>") + strlen("<style>");
    end = strstr(style, "</style>");
    assert_non_null(end);
    sha256_hex(style, (size_t)(end - style), hex);
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        char pair[3] = { hex[2 * i], hex[2 * i + 1], '\0' };
        digest[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    encoded = base64_encode(digest, sizeof(digest));
    source = string_format("style-src &#39;sha256-%s&#39;", encoded);
    assert_has(html, source);
    assert_has(html, "default-src &#39;none&#39;");
    assert_lacks(html, " style=");
    assert_lacks(html, "unsafe-inline");
    assert_lacks(html, "<script");
    free(source);
    free(encoded);
    site_clear(&site);
}

static void
test_sections(void **state)
{
    struct site site;
    struct page_incident *item;
    const char *html;

    (void)state;
    site_init(&site);
    add_incident(&site, "open", "Ormsta", 10);
    item = add_incident(&site, "late", "Senby", 10);
    item->incident.facts.status = INCIDENT_PLANNED;
    item->incident.facts.planned.from_ms = moment("2026-11-26T08:00:00Z");
    item->incident.facts.planned.to_ms = moment("2026-11-26T10:00:00Z");
    facts_set(&item->incident.facts, FIELD_PLANNED);
    item = add_incident(&site, "soon", "Snarby", 10);
    item->incident.facts.status = INCIDENT_PLANNED;
    item->incident.facts.planned.from_ms = moment("2026-11-24T08:00:00Z");
    item->incident.facts.planned.to_ms = moment("2026-11-24T10:00:00Z");
    facts_set(&item->incident.facts, FIELD_PLANNED);
    item = add_incident(&site, "over", "Slutby", 10);
    item->incident.facts.status = INCIDENT_RESTORED;
    item->incident.closed_at_ms = moment("2026-11-23T12:00:00Z");
    add_incident(&site, "hidden", "Dolda", 10)->listed = false;
    render(&site);
    html = file(&site, "index.html");
    assert_true(place_of(html, "id=\"now\"") < place_of(html, "Ormsta"));
    assert_true(place_of(html, "Ormsta") < place_of(html, "id=\"planned\""));
    assert_true(place_of(html, "id=\"planned\"") < place_of(html, "Snarby"));
    assert_true(place_of(html, "Snarby") < place_of(html, "Senby"));
    assert_has(html, "24 november kl. 09.00");
    assert_true(place_of(html, "Senby") < place_of(html, "id=\"ended\""));
    assert_true(place_of(html, "id=\"ended\"") < place_of(html, "Slutby"));
    assert_has(html, "datetime=\"2026-11-23T12:00:00Z\">13.00</time>");
    assert_lacks(html, "Dolda");
    assert_lacks(html, "Här står bara");
    site_clear(&site);
}

static void
test_a_cut_list_says_so(void **state)
{
    struct site site;

    (void)state;
    site_init(&site);
    for (int i = 0; i < 2; i++) {
        struct page_incident *item =
            add_incident(&site, i == 0 ? "one" : "two", "Slutby", 10);

        item->incident.facts.status = INCIDENT_RESTORED;
        item->incident.closed_at_ms = moment("2026-11-23T12:00:00Z");
    }
    site.input.n_ended_most = 3;
    render(&site);
    assert_lacks(file(&site, "index.html"), "Här står bara");
    site.input.n_ended_most = 2;
    request_clear(&site.request);
    render(&site);
    assert_has(file(&site, "index.html"), "Här står bara de 2 senaste.");
    assert_has(file(&site, "en/index.html"), "Only the 2 newest are shown.");
    site_clear(&site);
}

static void
test_unknown_is_said(void **state)
{
    struct site site;
    const char *html;

    (void)state;
    site_init(&site);
    add_incident(&site, "a", NULL, 10);
    render(&site);
    html = file(&site, "index.html");
    assert_has(html, catalogue_phrase(site.catalogues[0], "page.place_unknown"));
    assert_has(html, catalogue_phrase(site.catalogues[0], "page.cause_unknown"));
    assert_has(html, catalogue_phrase(site.catalogues[0], "page.time_unknown"));
    site_clear(&site);
}

static void
test_estimate_that_passed_says_so(void **state)
{
    struct site site;
    struct page_incident *item;
    const char *passed;

    (void)state;
    site_init(&site);
    passed = catalogue_phrase(site.catalogues[0], "page.etr_passed");
    assert_non_null(passed);
    item = add_incident(&site, "a", "Täby", 10);
    item->incident.facts.etr.at_ms = site.input.now_ms + MINUTES_MS;
    facts_set(&item->incident.facts, FIELD_ETR);
    render(&site);
    assert_lacks(file(&site, "index.html"), passed);
    site.input.now_ms += 2 * MINUTES_MS;
    render(&site);
    assert_has(file(&site, "index.html"), passed);
    site_clear(&site);
}

static void
test_merged_leads_to_the_other(void **state)
{
    struct site site;
    struct page_incident *item;
    const char *html;

    (void)state;
    site_init(&site);
    add_incident(&site, "main", "Stora byn", 100);
    item = add_incident(&site, "part", "Lilla byn", 10);
    item->incident.facts.merge_into = string_copy("OMS-main");
    facts_set(&item->incident.facts, FIELD_MERGE_INTO);
    item->merged_into_id = string_copy("main");
    item->write_page = true;
    render(&site);
    html = file(&site, "incident/part.html");
    assert_has(html, "<a href=\"main.html\">");
    assert_true(place_of(html, "main.html") < place_of(html, "Stora byn"));
    assert_lacks(file(&site, "index.html"), "Lilla byn");
    assert_has(file(&site, "status.json"), "\"open\":1");
    site_clear(&site);
}

/* A storm: everybody is found, the large ones first and in full, the page stays light. */
static void
test_storm_is_all_there(void **state)
{
    struct site site;
    const char *html;

    (void)state;
    site_init(&site);
    for (int i = 0; i < 3000; i++) {
        char id[16], place[32];

        (void)snprintf(id, sizeof(id), "i%d", i);
        (void)snprintf(place, sizeof(place), "Ort nummer %d", i);
        add_incident(&site, id, place, i);
    }
    render(&site);
    html = file(&site, "index.html");
    assert_int_equal(30, count_of(html, "<article class=\"card"));
    assert_int_equal(2970, count_of(html, "<tr><th scope=\"row\">"));
    assert_true(place_of(html, "Ort nummer 2999<") < place_of(html, "Ort nummer 12<"));
    assert_true(strlen(html) < 1024 * 1024);
    assert_balanced(html);
    site_clear(&site);
}

/* As many as can be read one by one all get a card, however small. */
static void
test_small_day_has_cards_only(void **state)
{
    struct site site;

    (void)state;
    site_init(&site);
    for (int i = 0; i < 30; i++) {
        char id[16];

        (void)snprintf(id, sizeof(id), "i%d", i);
        add_incident(&site, id, "Täby", i);
    }
    site.incidents[3].incident.facts.has &= ~FIELD_BIT(FIELD_CUSTOMERS_AFFECTED);
    render(&site);
    assert_int_equal(30, count_of(file(&site, "index.html"), "<article class=\"card"));
    assert_lacks(file(&site, "index.html"), "<table");
    site_clear(&site);
}

static void
test_passed_estimate_in_a_row(void **state)
{
    struct site site;
    char *passed;

    (void)state;
    site_init(&site);
    for (int i = 0; i < 40; i++) {
        char id[16];

        (void)snprintf(id, sizeof(id), "i%d", i);
        add_incident(&site, id, "Täby", 1);
    }
    site.incidents[7].incident.facts.etr.at_ms = moment("2026-11-23T13:00:00Z");
    facts_set(&site.incidents[7].incident.facts, FIELD_ETR);
    passed = string_format("14.00</time> %s",
                           catalogue_phrase(site.catalogues[0], "page.passed"));
    render(&site);
    assert_has(file(&site, "index.html"), passed);
    site.input.now_ms = moment("2026-11-23T12:59:00Z");
    render(&site);
    assert_has(file(&site, "index.html"), "14.00</time></td>");
    free(passed);
    site_clear(&site);
}

static void
test_equal_sizes_stay_together(void **state)
{
    struct site site;
    const char *html;

    (void)state;
    site_init(&site);
    for (int i = 0; i < 150; i++) {
        char id[16];

        (void)snprintf(id, sizeof(id), "i%d", i);
        add_incident(&site, id, "Täby", i < 20 ? 500 : 80);
    }
    render(&site);
    html = file(&site, "index.html");
    assert_int_equal(20, count_of(html, "<article class=\"card"));
    assert_int_equal(130, count_of(html, "<tr><th scope=\"row\">"));
    site_clear(&site);
}

static void
test_index_says_what_to_do_in_danger(void **state)
{
    struct site site;
    struct page_incident *item;

    (void)state;
    site_init(&site);
    item = add_incident(&site, "a", "Täby kyrkby", 1432);
    item->incident.facts.kind = KIND_WATER;
    strings_add(&item->incident.facts.advice, "keep_fridge_closed");
    strings_add(&item->incident.facts.advice, "boil_water");
    facts_set(&item->incident.facts, FIELD_ADVICE);
    render(&site);
    assert_has(file(&site, "index.html"),
               "<strong>KOKA VATTNET innan du dricker det.</strong>");
    assert_has(file(&site, "en/index.html"), "<strong>BOIL THE WATER");
    assert_null(strstr(file(&site, "index.html"), "Håll kyl och frys"));
    assert_balanced(file(&site, "index.html"));
    site_clear(&site);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_index_says_what_to_do_in_danger),
        cmocka_unit_test(test_index_says_what_is_known),
        cmocka_unit_test(test_incident_page_has_it_all),
        cmocka_unit_test(test_times_of_an_incident_page_carry_their_day),
        cmocka_unit_test(test_language_links),
        cmocka_unit_test(test_hostile_values_stay_text),
        cmocka_unit_test(test_policy_fits_the_style),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_a_cut_list_says_so),
        cmocka_unit_test(test_unknown_is_said),
        cmocka_unit_test(test_estimate_that_passed_says_so),
        cmocka_unit_test(test_merged_leads_to_the_other),
        cmocka_unit_test(test_storm_is_all_there),
        cmocka_unit_test(test_small_day_has_cards_only),
        cmocka_unit_test(test_passed_estimate_in_a_row),
        cmocka_unit_test(test_equal_sizes_stay_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
