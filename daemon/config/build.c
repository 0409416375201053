/* SPDX-License-Identifier: EUPL-1.2 */
/* The general part of the value, the socket, alarms, spools and who may do what. */
#include "config/loading.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#define DEFAULT_KEEP_MS (90 * DAYS_MS)
#define DEFAULT_KEEP_EVENTS_MS (30 * DAYS_MS)

static const char *const role_names[ROLE_COUNT] = {
    [ROLE_SUBMIT] = "submit",   [ROLE_READ] = "read",     [ROLE_OPERATE] = "operate",
    [ROLE_APPROVE] = "approve", [ROLE_REPORT] = "report",
};

/* "sv", "en", "se", "en-GB": a primary subtag and further ones. */
static bool
is_language(const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz");

    return len >= 2 && len <= 3 && strlen(text) <= 35 &&
           (text[len] == '\0' ||
            (text[len] == '-' && text[len + 1] != '\0' &&
             strspn(text + len, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-") == strlen(text + len)));
}

static void
build_languages(struct loading *loading, const struct section *root)
{
    struct strings *languages = &loading->config->languages;
    struct strings given = { 0 };

    loading_values(loading, "", root, "languages", &given);
    for (size_t i = 0; i < given.count; i++) {
        if (!is_language(given.items[i])) {
            loading_fault(
                loading, root, "languages",
                "\"%s\" is not a language tag such as \"sv\", \"nb\" or \"en-GB\"",
                given.items[i]);
        } else if (strings_has(languages, given.items[i])) {
            loading_fault(loading, root, "languages", "\"%s\" is given twice",
                          given.items[i]);
        } else {
            strings_add(languages, given.items[i]);
        }
    }
    if (given.count == 0) {
        loading_fault(loading, root, "languages", "is empty; it takes at least one");
    }
    strings_clear(&given);
}

static void
build_disk(struct loading *loading, const struct section *root)
{
    struct config *config = loading->config;

    config->disk_low = loading_number(loading, "", root, "disk_low", INT64_MAX);
    config->disk_critical = loading_number(loading, "", root, "disk_critical", 0);
    config->disk_reserve = loading_number(loading, "", root, "disk_reserve", 0);
    if (config->disk_critical > config->disk_low) {
        loading_fault(
            loading, root, "disk_critical",
            "is more than disk_low: what is less urgent is turned away first");
    }
}

/* Text that is shown, in the one form that texts are compared in. */
static char *
shown_text(struct loading *loading, const struct section *section, const char *name)
{
    char *text = loading_text(loading, "", section, name);
    char *normal = text == NULL ? NULL : utf8_normalise(text);

    free(text);
    return normal;
}

static void
build_page_url(struct loading *loading, const struct section *root)
{
    char *url = loading_text(loading, "", root, "page_url");
    size_t len = url == NULL ? 0 : strlen(url);

    if (url == NULL) {
        return;
    }
    if ((strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0) ||
        strpbrk(url, " \"<>") != NULL) {
        loading_fault(loading, root, "page_url",
                      "\"%s\" is not an address that begins with https:// or http://",
                      url);
    }
    while (len > 0 && url[len - 1] == '/') {
        url[--len] = '\0';
    }
    loading->config->page_url = url;
}

/* What the daemon says of itself has a source of its own, which nobody else may be. */
static void
check_source(struct loading *loading, const struct section *section, const char *option,
             const char *source)
{
    if (string_equal(source, CONFIG_OWN_SOURCE)) {
        loading_fault(loading, section, option,
                      "is \"%s\", which is the source of the daemon's own alarms; give "
                      "it another name",
                      source);
    }
}

static void
build_socket(struct loading *loading)
{
    const struct section *section = source_find(&loading->source, "socket");
    struct socket_config *socket = &loading->config->socket;
    uint32_t id = 0;

    socket->path = loading_text(loading, "socket", section, "path");
    socket->mode = (unsigned)loading_number(loading, "socket", section, "mode", 0660);
    socket->group = loading_text(loading, "socket", section, "group");
    socket->source = loading_text(loading, "socket", section, "source");
    socket->max_per_uid = loading_number(loading, "socket", section, "max_per_uid", 16);
    socket->max = loading_number(loading, "socket", section, "max", 128);
    if (socket->path != NULL &&
        strlen(socket->path) >= sizeof(((struct sockaddr_un *)NULL)->sun_path)) {
        loading_fault(loading, section, "path",
                      "is longer than the %zu bytes a socket's path may have",
                      sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1);
    }
    build_cap_kinds(loading, "socket", section, &socket->cap_kinds);
    check_source(loading, section, "source", socket->source);
    if (socket->group != NULL && !account_find(socket->group, true, &id)) {
        loading_fault(loading, section, "group", "there is no group \"%s\"",
                      socket->group);
    }
}

static void
build_alarm(struct loading *loading)
{
    const struct section *section = source_find(&loading->source, "alarm");

    loading_values(loading, "alarm", section, "channels",
                   &loading->config->alarm_channels);
    loading->config->alarm_repeat_ms =
        loading_number(loading, "alarm", section, "repeat", 15 * MINUTES_MS);
    loading->config->alarm_promise_warning_ms =
        loading_number(loading, "alarm", section, "promise_warning", 10 * MINUTES_MS);
}

/* With the incident everything of it goes. */
static int64_t
at_most_keep(const struct config *config, int64_t duration_ms)
{
    return duration_ms < config->keep_ms ? duration_ms : config->keep_ms;
}

void
build_general(struct loading *loading)
{
    const struct section *root = source_find(&loading->source, "");
    struct config *config = loading->config;
    struct error error = { 0 };

    config->organisation = shown_text(loading, root, "organisation");
    config->contact = shown_text(loading, root, "contact");
    config->timezone = loading_text(loading, "", root, "timezone");
    config->state_dir = loading_text(loading, "", root, "state_dir");
    config->next_word_ms = loading_number(loading, "", root, "next_word", HOURS_MS);
    config->rights_12h = loading_number(loading, "", root, "rights_12h", 0) != 0;
    config->keep_ms = loading_number(loading, "", root, "keep", DEFAULT_KEEP_MS);
    build_disk(loading, root);
    config->keep_events_ms =
        at_most_keep(config, loading_number(loading, "", root, "keep_events",
                                            DEFAULT_KEEP_EVENTS_MS));
    config->keep_deliveries_ms = at_most_keep(
        config, loading_number(loading, "", root, "keep_deliveries", config->keep_ms));
    build_languages(loading, root);
    build_catalogues(loading, root);
    build_page_url(loading, root);
    if (!zone_exists(config->timezone, &error)) {
        loading_fault(loading, root, "timezone", "%s", error.text);
    }
    build_socket(loading);
    build_alarm(loading);
}

static void
add_principal(struct loading *loading, const struct section *section, int role,
              const char *text)
{
    struct access *access = &loading->config->access;
    bool is_group = strncmp(text, "group:", 6) == 0;
    bool is_user = strncmp(text, "user:", 5) == 0;
    const char *name = strchr(text, ':');
    uint32_t id = 0;

    if ((!is_group && !is_user) || name[1] == '\0') {
        loading_fault(loading, section, role_names[role],
                      "\"%s\" is neither \"user:NAME\" nor \"group:NAME\"", text);
        return;
    }
    if (!account_find(name + 1, is_group, &id)) {
        loading_fault(loading, section, role_names[role], "there is no %s \"%s\"",
                      is_group ? "group" : "user", name + 1);
        return;
    }
    access->principals[role] =
        memory_resize(access->principals[role], access->n_principals[role] + 1,
                      sizeof(*access->principals[role]));
    access->principals[role][access->n_principals[role]++] =
        (struct principal){ .is_group = is_group, .id = id };
    strings_add(&access->names[role], text);
}

void
build_access(struct loading *loading, const struct section *section)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct strings names = { 0 };

        loading_values(loading, "access", section, role_names[role], &names);
        for (size_t i = 0; i < names.count; i++) {
            add_principal(loading, section, role, names.items[i]);
        }
        strings_clear(&names);
    }
}

void
build_spool(struct loading *loading, const struct section *section)
{
    struct config *config = loading->config;
    struct spool_config spool = {
        .name = string_copy(section->title),
        .path = loading_text(loading, "spool", section, "path"),
        .settle_ms =
            loading_number(loading, "spool", section, "settle", 2 * SECONDS_MS),
        .keep_ms = loading_number(loading, "spool", section, "keep", config->keep_ms),
    };
    size_t len = spool.path == NULL ? 0 : strlen(spool.path);

    build_cap_kinds(loading, "spool", section, &spool.cap_kinds);
    check_source(loading, section, NULL, spool.name);
    while (len > 1 && spool.path[len - 1] == '/') {
        spool.path[--len] = '\0';
    }
    for (size_t i = 0; i < config->n_spools && spool.path != NULL; i++) {
        if (string_equal(config->spools[i].path, spool.path)) {
            loading_fault(loading, section, "path",
                          "is the folder of spool \"%s\" too; each needs its own",
                          config->spools[i].name);
        }
    }
    config->spools =
        memory_resize(config->spools, config->n_spools + 1, sizeof(*config->spools));
    config->spools[config->n_spools++] = spool;
}
