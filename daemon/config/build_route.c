/* SPDX-License-Identifier: EUPL-1.2 */
/* Routes: conditions and the channels they lead to. */
#include "config/loading.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>

/* A list of names as a set of 1 << enum. Returns whether the condition is given. */
static bool
build_set(struct loading *loading, const struct section *section, const char *name,
          const struct names *names, uint32_t *set)
{
    const struct entry *entry = section_find(section, name);

    for (size_t i = 0; entry != NULL && i < entry->values.count; i++) {
        int value = name_find(names, entry->values.items[i]);

        if (value < 0) {
            struct buffer list = { 0 };

            names_list(names, &list);
            loading_fault(loading, section, name, "\"%s\" is none of %s",
                          entry->values.items[i], list.data);
            buffer_clear(&list);
        } else {
            *set |= UINT32_C(1) << (unsigned)value;
        }
    }
    return entry != NULL;
}

static bool
is_source(const struct config *config, const char *name)
{
    bool found = string_equal(config->socket.source, name);

    for (size_t i = 0; i < config->n_spools && !found; i++) {
        found = string_equal(config->spools[i].name, name);
    }
    return found;
}

static void
build_sources(struct loading *loading, const struct section *section,
              struct route *route)
{
    route->has_sources = section_find(section, "sources") != NULL;
    loading_values(loading, "route", section, "sources", &route->sources);
    for (size_t i = 0; i < route->sources.count; i++) {
        if (!is_source(loading->config, route->sources.items[i])) {
            loading_warning(loading, section, "sources",
                            "\"%s\" is neither a spool nor the socket's source, so "
                            "nothing comes from it",
                            route->sources.items[i]);
        }
    }
}

/* Places are compared with those of events, which are normalised too. */
static void
build_places(struct loading *loading, const struct section *section,
             struct route *route)
{
    struct strings given = { 0 };

    route->has_places = section_find(section, "places") != NULL;
    loading_values(loading, "route", section, "places", &given);
    for (size_t i = 0; i < given.count; i++) {
        strings_take(&route->places, utf8_normalise(given.items[i]));
    }
    strings_clear(&given);
}

static void
build_targets(struct loading *loading, const struct section *section,
              struct route *route)
{
    struct strings given = { 0 };

    loading_values(loading, "route", section, "channels", &given);
    for (size_t i = 0; i < given.count; i++) {
        if (config_channel(loading->config, given.items[i]) == NULL) {
            loading_fault(loading, section, "channels", "there is no channel \"%s\"",
                          given.items[i]);
        } else if (!strings_has(&route->channels, given.items[i])) {
            strings_add(&route->channels, given.items[i]);
        }
    }
    if (given.count == 0 && section_find(section, "channels") != NULL) {
        loading_warning(loading, section, "channels",
                        "is empty: the route reaches nobody");
    }
    strings_clear(&given);
}

void
build_route(struct loading *loading, const struct section *section)
{
    struct config *config = loading->config;
    struct route *route = NULL;

    config->routes =
        memory_resize(config->routes, config->n_routes + 1, sizeof(*config->routes));
    route = &config->routes[config->n_routes++];
    *route = (struct route){ .name = string_copy(section->title) };
    route->has_kinds = build_set(loading, section, "kinds", &kind_names, &route->kinds);
    route->has_statuses =
        build_set(loading, section, "statuses", &status_names, &route->statuses);
    route->has_severities =
        build_set(loading, section, "severities", &severity_names, &route->severities);
    route->min_customers =
        loading_number(loading, "route", section, "min_customers", 0);
    route->audience = (enum audience)loading_number(loading, "route", section,
                                                    "audience", AUDIENCE_PUBLIC);
    build_sources(loading, section, route);
    build_places(loading, section, route);
    build_targets(loading, section, route);
}
