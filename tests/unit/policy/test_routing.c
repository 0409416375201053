/* SPDX-License-Identifier: EUPL-1.2 */
/* Tests of routes: nobody is the default audience. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "policy/routing.h"

#define SET(value) (UINT32_C(1) << (unsigned)(value))

static char taby[] = "Täby kyrkby";
static char taby_code[] = "0160-03";
static char *taby_lower[] = { (char[]){ "täby KYRKBY" } };
static char *by_code[] = { (char[]){ "Märsta" }, (char[]){ "0160-03" } };
static char *oms[] = { (char[]){ "oms" } };

static struct place places[] = { { .name = taby, .code = taby_code } };

static struct facts
power_cut(void)
{
    return (struct facts){
        .has = FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS) |
               FIELD_BIT(FIELD_PLACES) | FIELD_BIT(FIELD_CUSTOMERS_AFFECTED),
        .kind = KIND_POWER,
        .status = INCIDENT_CONFIRMED,
        .places = places,
        .n_places = 1,
        .customers_affected = 50,
    };
}

static void
test_no_conditions_is_everything_public(void **state)
{
    struct route route = { .audience = AUDIENCE_PUBLIC };
    struct facts facts = power_cut();

    (void)state;
    assert_true(route_matches(&route, "oms", &facts));
    facts.has |= FIELD_BIT(FIELD_AUDIENCE);
    facts.audience = AUDIENCE_STAFF;
    assert_false(route_matches(&route, "oms", &facts));
    route.audience = AUDIENCE_STAFF;
    assert_true(route_matches(&route, "oms", &facts));
}

static void
test_sets(void **state)
{
    struct facts facts = power_cut();
    struct route kinds = { .has_kinds = true, .kinds = SET(KIND_WATER) };
    struct route statuses = { .has_statuses = true, .statuses = SET(INCIDENT_PLANNED) };
    struct route severities = { .has_severities = true,
                                .severities = SET(SEVERITY_EXTREME) };

    (void)state;
    assert_false(route_matches(&kinds, "oms", &facts));
    kinds.kinds |= SET(KIND_POWER);
    assert_true(route_matches(&kinds, "oms", &facts));
    kinds.kinds = 0; /* present and empty */
    assert_false(route_matches(&kinds, "oms", &facts));

    assert_false(route_matches(&statuses, "oms", &facts));
    statuses.statuses = SET(INCIDENT_CONFIRMED);
    assert_true(route_matches(&statuses, "oms", &facts));

    assert_false(route_matches(&severities, "oms", &facts)); /* absent: unknown */
    severities.severities = SET(SEVERITY_UNKNOWN);
    assert_true(route_matches(&severities, "oms", &facts));
}

static void
test_customers(void **state)
{
    struct route route = { .min_customers = 50 };
    struct facts facts = power_cut();

    (void)state;
    assert_true(route_matches(&route, "oms", &facts));
    facts.customers_affected = 49;
    assert_false(route_matches(&route, "oms", &facts));
    facts.customers_affected = 5000;
    facts.has &= ~FIELD_BIT(FIELD_CUSTOMERS_AFFECTED);
    assert_false(route_matches(&route, "oms", &facts));
}

static void
test_places(void **state)
{
    struct route route = { .has_places = true, .places = { taby_lower, 1 } };
    struct facts facts = power_cut();

    (void)state;
    assert_true(route_matches(&route, "oms", &facts));
    route.places = (struct strings){ by_code, 2 };
    assert_true(route_matches(&route, "oms", &facts));
    route.places.count = 1; /* another place only */
    assert_false(route_matches(&route, "oms", &facts));
    route.places.count = 0;
    assert_false(route_matches(&route, "oms", &facts));
    route.places.count = 2;
    facts.has &= ~FIELD_BIT(FIELD_PLACES); /* not known where */
    assert_false(route_matches(&route, "oms", &facts));
}

static void
test_sources(void **state)
{
    struct route route = { .has_sources = true, .sources = { oms, 1 } };
    struct facts facts = power_cut();

    (void)state;
    assert_true(route_matches(&route, "oms", &facts));
    assert_false(route_matches(&route, "socket", &facts));
    route.sources.count = 0;
    assert_false(route_matches(&route, "oms", &facts));
}

static char page[] = "page";
static char mail[] = "mail";
static char drill[] = "drill";
static char *both[] = { page, drill };
static char *other[] = { mail, page };
static const struct channel channels[] = {
    { .name = page, .live = true },
    { .name = mail, .live = true },
    { .name = drill, .live = false },
};

static void
test_channels_each_once(void **state)
{
    struct route routes[] = { { .channels = { both, 2 } },
                              { .channels = { other, 2 } },
                              { .has_kinds = true, .channels = { other, 1 } } };
    struct facts facts = power_cut();
    struct strings found = { 0 };

    (void)state;
    assert_null(routes_channels(routes, 3, channels, 3, "oms", &facts, &found));
    assert_int_equal(found.count, 2);
    assert_string_equal(found.items[0], "page");
    assert_string_equal(found.items[1], "mail");
    strings_clear(&found);
}

static void
test_exercises_reach_no_live_channel(void **state)
{
    struct route route = { .channels = { both, 2 } };
    struct facts facts = power_cut();
    struct strings found = { 0 };

    (void)state;
    facts.has |= FIELD_BIT(FIELD_MODE);
    for (int mode = MODE_EXERCISE; mode <= MODE_TEST; mode++) {
        facts.mode = (enum event_mode)mode;
        assert_null(routes_channels(&route, 1, channels, 3, "oms", &facts, &found));
        assert_int_equal(found.count, 1);
        assert_string_equal(found.items[0], "drill");
        strings_clear(&found);
    }
    route.channels = (struct strings){ other, 2 };
    assert_non_null(routes_channels(&route, 1, channels, 3, "oms", &facts, &found));
    assert_int_equal(found.count, 0);
}

static void
test_says_why_nobody(void **state)
{
    struct route none = { .has_kinds = true, .channels = { other, 2 } };
    struct route drills = { .channels = { both + 1, 1 } };
    struct facts facts = power_cut();
    struct strings found = { 0 };

    (void)state;
    assert_string_equal(routes_channels(NULL, 0, channels, 3, "oms", &facts, &found),
                        "no route is configured");
    assert_string_equal(routes_channels(&none, 1, channels, 3, "oms", &facts, &found),
                        "no route matches it");
    assert_non_null(routes_channels(&drills, 1, channels, 3, "oms", &facts, &found));
    assert_int_equal(found.count, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_conditions_is_everything_public),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_customers),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_channels_each_once),
        cmocka_unit_test(test_exercises_reach_no_live_channel),
        cmocka_unit_test(test_says_why_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
