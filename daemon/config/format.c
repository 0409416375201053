/* SPDX-License-Identifier: EUPL-1.2 */
/* The value as text that loads to the same value. */
#include "config/options.h"

#include "base/memory.h"

#include <string.h>

/* libConfuse reads backslashes and ${…} within quotes. */
static void
add_quoted(struct buffer *out, const char *text)
{
    buffer_add_char(out, '"');
    for (; *text != '\0'; text++) {
        if (strchr("\"\\$", *text) != NULL) {
            buffer_add_char(out, '\\');
        }
        buffer_add_char(out, *text);
    }
    buffer_add_char(out, '"');
}

static void
add_name(struct buffer *out, bool inside, const char *name)
{
    buffer_addf(out, "%s%s = ", inside ? "  " : "", name);
}

static void
add_text(struct buffer *out, bool inside, const char *name, const char *text)
{
    if (text != NULL) {
        add_name(out, inside, name);
        add_quoted(out, text);
        buffer_add_char(out, '\n');
    }
}

static void
add_list(struct buffer *out, bool inside, const char *name, const struct strings *list)
{
    add_name(out, inside, name);
    buffer_add(out, "{");
    for (size_t i = 0; i < list->count; i++) {
        buffer_add(out, i == 0 ? " " : ", ");
        add_quoted(out, list->items[i]);
    }
    buffer_add(out, list->count == 0 ? "}\n" : " }\n");
}

static void
add_duration(struct buffer *out, bool inside, const char *name, int64_t duration_ms)
{
    char text[DURATION_SIZE];

    add_text(out, inside, name, duration_format_exact(duration_ms, text));
}

static void
add_size(struct buffer *out, const char *name, int64_t bytes)
{
    char text[SIZE_TEXT_SIZE];

    add_text(out, false, name, size_format_exact(bytes, text));
}

static void
add_number(struct buffer *out, const char *name, int64_t number)
{
    add_name(out, true, name);
    buffer_addf(out, "%lld\n", (long long)number);
}

static void
add_bool(struct buffer *out, bool nested, const char *name, bool value)
{
    add_name(out, nested, name);
    buffer_add(out, value ? "true\n" : "false\n");
}

static void
open_section(struct buffer *out, const char *name, const char *title)
{
    buffer_addf(out, "\n%s ", name);
    if (title != NULL) {
        add_quoted(out, title);
        buffer_add_char(out, ' ');
    }
    buffer_add(out, "{\n");
}

static void
add_storm(struct buffer *out, const struct storm_config *storm)
{
    char period[DURATION_SIZE];

    if (!storm->is_on) {
        return;
    }
    open_section(out, "storm", NULL);
    if (storm->channels.count > 0) {
        add_list(out, true, "channels", &storm->channels);
    }
    add_name(out, true, "messages");
    buffer_addf(out, "\"%lld/%s\"\n", (long long)storm->messages.count,
                duration_format_exact(storm->messages.period_ms, period));
    add_duration(out, true, "every", storm->every_ms);
    add_number(out, "large", storm->large);
    add_number(out, "least_incidents", storm->least_incidents);
    add_duration(out, true, "quiet", storm->quiet_ms);
    buffer_add(out, "}\n");
}

static void
add_general(struct buffer *out, const struct config *config)
{
    add_text(out, false, "organisation", config->organisation);
    add_list(out, false, "languages", &config->languages);
    if (config->n_catalogues > 0) {
        add_text(out, false, "catalogue_dir", config->catalogue_dir);
    }
    add_text(out, false, "timezone", config->timezone);
    add_text(out, false, "state_dir", config->state_dir);
    add_size(out, "disk_low", config->disk_low);
    add_size(out, "disk_critical", config->disk_critical);
    add_size(out, "disk_reserve", config->disk_reserve);
    add_text(out, false, "page_url", config->page_url);
    add_text(out, false, "contact", config->contact);
    add_duration(out, false, "next_word", config->next_word_ms);
    add_bool(out, false, "rights_12h", config->rights_12h);
    add_duration(out, false, "keep", config->keep_ms);

    open_section(out, "socket", NULL);
    add_text(out, true, "path", config->socket.path);
    add_name(out, true, "mode");
    buffer_addf(out, "%04o\n", config->socket.mode);
    add_text(out, true, "group", config->socket.group);
    add_text(out, true, "source", config->socket.source);
    add_number(out, "max_per_uid", config->socket.max_per_uid);
    add_number(out, "max", config->socket.max);
    buffer_add(out, "}\n");

    open_section(out, "alarm", NULL);
    add_list(out, true, "channels", &config->alarm_channels);
    add_duration(out, true, "repeat", config->alarm_repeat_ms);
    add_duration(out, true, "promise_warning", config->alarm_promise_warning_ms);
    buffer_add(out, "}\n");
    add_storm(out, &config->storm);
}

static void
add_access(struct buffer *out, const struct access *access)
{
    static const char *const roles[ROLE_COUNT] = { "submit", "read", "operate",
                                                   "approve", "report" };

    open_section(out, "access", NULL);
    for (int role = 0; role < ROLE_COUNT; role++) {
        add_list(out, true, roles[role], &access->names[role]);
    }
    buffer_add(out, "}\n");
}

static void
add_approve(struct buffer *out, const struct approve_config *approve)
{
    open_section(out, "approve", NULL);
    add_bool(out, true, "danger", approve->danger);
    add_number(out, "recipients", approve->recipients);
    add_list(out, true, "free_text", &approve->free_text);
    add_duration(out, true, "alarm_after", approve->alarm_after_ms);
    buffer_add(out, "}\n");
}

static void
add_spool(struct buffer *out, const struct spool_config *spool)
{
    open_section(out, "spool", spool->name);
    add_text(out, true, "path", spool->path);
    add_duration(out, true, "settle", spool->settle_ms);
    add_duration(out, true, "keep", spool->keep_ms);
    buffer_add(out, "}\n");
}

static void
add_limits(struct buffer *out, const struct channel *channel)
{
    char period[DURATION_SIZE];

    if (channel->rate.count > 0) {
        add_name(out, true, "rate");
        buffer_addf(out, "\"%lld/%s\"\n", (long long)channel->rate.count,
                    duration_format_exact(channel->rate.period_ms, period));
    }
    if (channel->concurrency > 0) {
        add_number(out, "concurrency", channel->concurrency);
    }
    add_duration(out, true, "timeout", channel->timeout_ms);
    if (channel->backlog >= 0) {
        add_text(out, true, "backlog", name_of(&backlog_names, channel->backlog));
    }
    add_text(out, true, "on_unknown", name_of(&on_unknown_names, channel->on_unknown));
    if (channel->retry_floor_ms > 0) {
        add_duration(out, true, "retry_floor", channel->retry_floor_ms);
    }
    if (channel->retry_cap_ms > 0) {
        add_duration(out, true, "retry_cap", channel->retry_cap_ms);
    }
    if (channel->hold_down_ms >= 0) {
        add_duration(out, true, "hold_down", channel->hold_down_ms);
    }
    add_duration(out, true, "short_interruption", channel->short_interruption_ms);
    if (channel->etr_tolerance_ms >= 0) {
        add_duration(out, true, "etr_tolerance", channel->etr_tolerance_ms);
    }
}

static void
add_channel(struct buffer *out, const struct channel *channel)
{
    open_section(out, "channel", channel->name);
    add_text(out, true, "driver", channel->driver);
    add_limits(out, channel);
    add_text(out, true, "proxy", channel->proxy);
    add_text(out, true, "ca_file", channel->ca_file);
    add_text(out, true, "reply_to", channel->reply_to);
    add_bool(out, true, "allow_private", channel->allow_private);
    add_bool(out, true, "allow_http", channel->allow_http);
    add_bool(out, true, "live", channel->live);
    /* A secret's value is its file; the content is never written. */
    for (size_t i = 0; i < channel->n_settings; i++) {
        const struct setting *setting = &channel->settings[i];

        if (setting->spec->type == OPTION_STRINGS ||
            setting->spec->type == OPTION_COMMAND) {
            add_list(out, true, setting->spec->name, &setting->values);
        } else {
            add_text(out, true, setting->spec->name, setting->values.items[0]);
        }
    }
    buffer_add(out, "}\n");
}

static void
add_set(struct buffer *out, const char *name, const struct names *names, uint32_t set)
{
    struct strings list = { 0 };

    for (int i = 0; i < names->n; i++) {
        if ((set & (UINT32_C(1) << (unsigned)i)) != 0) {
            strings_add(&list, names->items[i]);
        }
    }
    add_list(out, true, name, &list);
    strings_clear(&list);
}

static void
add_route(struct buffer *out, const struct route *route)
{
    open_section(out, "route", route->name);
    if (route->has_kinds) {
        add_set(out, "kinds", &kind_names, route->kinds);
    }
    if (route->has_statuses) {
        add_set(out, "statuses", &status_names, route->statuses);
    }
    if (route->has_severities) {
        add_set(out, "severities", &severity_names, route->severities);
    }
    add_number(out, "min_customers", route->min_customers);
    if (route->has_places) {
        add_list(out, true, "places", &route->places);
    }
    if (route->has_sources) {
        add_list(out, true, "sources", &route->sources);
    }
    add_text(out, true, "audience", name_of(&audience_names, (int)route->audience));
    add_list(out, true, "channels", &route->channels);
    buffer_add(out, "}\n");
}

void
config_format(const struct config *config, struct buffer *out)
{
    add_general(out, config);
    add_access(out, &config->access);
    add_approve(out, &config->approve);
    for (size_t i = 0; i < config->n_spools; i++) {
        add_spool(out, &config->spools[i]);
    }
    for (size_t i = 0; i < config->n_channels; i++) {
        add_channel(out, &config->channels[i]);
    }
    for (size_t i = 0; i < config->n_routes; i++) {
        add_route(out, &config->routes[i]);
    }
}
