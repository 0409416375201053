/* SPDX-License-Identifier: EUPL-1.2 */
/* Who hears: routes to channels. */
#include "policy/routing.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>

static bool
set_has(uint32_t set, int value)
{
    return (set & (UINT32_C(1) << (unsigned)value)) != 0;
}

static bool
same_name(const char *wanted_folded, const char *text)
{
    char *folded = NULL;
    bool same = false;

    if (text == NULL)
        return false;
    folded = utf8_casefold(text);
    same = string_equal(wanted_folded, folded);
    free(folded);
    return same;
}

/* By the name as people say it or by the code; case makes no difference. */
static bool
place_is_among(const char *wanted, const struct facts *facts)
{
    char *folded = utf8_casefold(wanted);
    bool found = false;

    for (size_t i = 0; i < facts->n_places && !found; i++)
        found = same_name(folded, facts->places[i].name) ||
                same_name(folded, facts->places[i].code);
    free(folded);
    return found;
}

static bool
places_match(const struct route *route, const struct facts *facts)
{
    if (!route->has_places)
        return true;
    if (!facts_has(facts, FIELD_PLACES))
        return false;
    for (size_t i = 0; i < route->places.count; i++) {
        if (place_is_among(route->places.items[i], facts))
            return true;
    }
    return false;
}

static bool
sets_match(const struct route *route, const struct facts *facts)
{
    enum severity severity =
        facts_has(facts, FIELD_SEVERITY) ? facts->severity : SEVERITY_UNKNOWN;

    if (route->has_kinds &&
        !(facts_has(facts, FIELD_KIND) && set_has(route->kinds, (int)facts->kind)))
        return false;
    if (route->has_statuses && !(facts_has(facts, FIELD_STATUS) &&
                                 set_has(route->statuses, (int)facts->status)))
        return false;
    return !route->has_severities || set_has(route->severities, (int)severity);
}

static bool
customers_match(const struct route *route, const struct facts *facts)
{
    return route->min_customers <= 0 ||
           (facts_has(facts, FIELD_CUSTOMERS_AFFECTED) &&
            facts->customers_affected >= route->min_customers);
}

bool
route_matches(const struct route *route, const char *source, const struct facts *facts)
{
    enum audience audience =
        facts_has(facts, FIELD_AUDIENCE) ? facts->audience : AUDIENCE_PUBLIC;

    return audience == route->audience && sets_match(route, facts) &&
           customers_match(route, facts) && places_match(route, facts) &&
           (!route->has_sources || strings_has(&route->sources, source));
}

static const struct channel *
find_channel(const struct channel *channels, size_t n_channels, const char *name)
{
    for (size_t i = 0; i < n_channels; i++) {
        if (string_equal(channels[i].name, name))
            return &channels[i];
    }
    return NULL;
}

const char *
routes_channels(const struct route *routes, size_t n_routes,
                const struct channel *channels_config, size_t n_channels,
                const char *source, const struct facts *facts, struct strings *channels)
{
    bool actual = !facts_has(facts, FIELD_MODE) || facts->mode == MODE_ACTUAL;
    bool matched = false;

    for (size_t i = 0; i < n_routes; i++) {
        if (!route_matches(&routes[i], source, facts))
            continue;
        matched = true;
        for (size_t j = 0; j < routes[i].channels.count; j++) {
            const char *name = routes[i].channels.items[j];
            const struct channel *channel =
                find_channel(channels_config, n_channels, name);

            if (channel != NULL && channel->live == actual &&
                !strings_has(channels, name))
                strings_add(channels, name);
        }
    }
    if (channels->count > 0)
        return NULL;
    if (n_routes == 0)
        return "no route is configured";
    if (!matched)
        return "no route matches it";
    return actual ? "every route that matches it has only channels for exercises"
                  : "an exercise or a test reaches only channels with live = false";
}
