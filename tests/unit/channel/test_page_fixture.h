/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the tests of the page share: a site of a few incidents in two languages, the
 * files it renders to, and a check that markup is balanced.
 */
#ifndef BUDKAVLE_TEST_PAGE_FIXTURE_H
#define BUDKAVLE_TEST_PAGE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "channel/drivers.h"
#include "text/local_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    SITE_MAX_INCIDENTS = 4000
};

struct site {
    struct channel channel;
    struct setting setting;
    struct option_spec spec;
    struct catalogue *catalogues[2];
    struct page_incident *incidents;
    struct page_input input;
    struct request request;
};

static inline int64_t
moment(const char *text)
{
    int64_t time_ms = 0;

    assert_true(timestamp_parse(text, &time_ms));
    return time_ms;
}

static inline void
site_init(struct site *site)
{
    struct error error = { { 0 } };

    memset(site, 0, sizeof(*site));
    assert_int_equal(STATUS_OK, local_zone_set("Europe/Stockholm", &error));
    site->spec = (struct option_spec){ .name = "directory", .type = OPTION_PATH };
    site->channel.name = string_copy("page");
    site->channel.driver = string_copy("page");
    site->channel.live = true;
    site->channel.settings = memory_alloc(sizeof(struct setting));
    site->channel.n_settings = 1;
    site->channel.settings[0].spec = &site->spec;
    strings_add(&site->channel.settings[0].values, "/var/lib/budkavle-page");
    assert_int_equal(STATUS_OK, catalogue_builtin("sv", &site->catalogues[0], &error));
    assert_int_equal(STATUS_OK, catalogue_builtin("en", &site->catalogues[1], &error));
    site->incidents = memory_array(SITE_MAX_INCIDENTS, sizeof(site->incidents[0]));
    site->input = (struct page_input){ .channel = &site->channel,
                                       .incidents = site->incidents,
                                       .catalogues = site->catalogues,
                                       .n_catalogues = 2,
                                       .organisation = "Täby Nät",
                                       .contact = "Ring 020-00 00 00",
                                       .page_url = "https://drift.example.se",
                                       .now_ms = moment("2026-11-23T13:10:00Z") };
}

static inline void
site_clear(struct site *site)
{
    for (size_t i = 0; i < site->input.n_incidents; i++) {
        struct page_incident *item = &site->incidents[i];

        incident_clear(&item->incident);
        message_clear(&item->latest);
        for (size_t j = 0; j < item->n_history; j++)
            message_clear(&item->history[j]);
        free(item->history);
        free(item->merged_into_id);
    }
    free(site->incidents);
    catalogue_free(site->catalogues[0]);
    catalogue_free(site->catalogues[1]);
    channel_clear(&site->channel);
    request_clear(&site->request);
}

static inline void
facts_set(struct facts *facts, enum event_field field)
{
    facts->has |= FIELD_BIT(field);
}

static inline void
add_place(struct facts *facts, const char *name, const char *geometry)
{
    facts->places =
        memory_resize(facts->places, facts->n_places + 1, sizeof(facts->places[0]));
    facts->places[facts->n_places++] =
        (struct place){ .name = string_copy(name), .geometry = string_copy(geometry) };
    facts_set(facts, FIELD_PLACES);
}

/* A confirmed power cut since 13.48 local time; nothing was said of it yet. */
static inline struct page_incident *
add_incident(struct site *site, const char *id, const char *place, int64_t customers)
{
    struct page_incident *item = &site->incidents[site->input.n_incidents++];
    struct incident *incident = &item->incident;
    struct facts *facts = &incident->facts;

    incident->row = (int64_t)site->input.n_incidents;
    (void)snprintf(incident->id, sizeof(incident->id), "%s", id);
    incident->source = string_copy("oms");
    incident->incident = string_format("OMS-%s", id);
    incident->exists = true;
    incident->created_at_ms = moment("2026-11-23T12:50:00Z");
    incident->updated_at_ms = moment("2026-11-23T13:05:00Z");
    incident->closed_at_ms = TIME_NONE;
    facts->kind = KIND_POWER;
    facts->status = INCIDENT_CONFIRMED;
    facts->customers_affected = customers;
    facts->started_at_ms = moment("2026-11-23T12:48:00Z");
    facts_set(facts, FIELD_KIND);
    facts_set(facts, FIELD_STATUS);
    facts_set(facts, FIELD_CUSTOMERS_AFFECTED);
    facts_set(facts, FIELD_STARTED_AT);
    if (place != NULL)
        add_place(facts, place, NULL);
    item->listed = true;
    return item;
}

static inline void
fill_message(struct message *message, const struct page_incident *item,
             enum notice notice, int64_t sequence, const char *written_at)
{
    message->row = sequence;
    (void)snprintf(message->id, sizeof(message->id), "m_%.14s_%lld", item->incident.id,
                   (long long)sequence);
    (void)snprintf(message->incident_id, sizeof(message->incident_id), "%s",
                   item->incident.id);
    message->incident_row = item->incident.row;
    message->sequence = sequence;
    message->notice = notice;
    message->priority = PRIORITY_NORMAL;
    message->written_at_ms = moment(written_at);
    message->source = string_copy(item->incident.source);
    message->incident = string_copy(item->incident.incident);
    facts_copy(&message->facts, &item->incident.facts);
    message->revision = -1;
    message->at_ms = message->updated_at_ms = message->written_at_ms;
    message->old_etr_at_ms = TIME_NONE;
    message->old_planned_from_ms = message->old_planned_to_ms = TIME_NONE;
    message->next_word_at_ms = message->written_at_ms + HOURS_MS;
}

/* The newest word; also put in front of the history. Call oldest first. */
static inline void
say(struct page_incident *item, enum notice notice, const char *written_at)
{
    int64_t sequence = (int64_t)item->n_history + 1;

    item->history =
        memory_resize(item->history, item->n_history + 1, sizeof(item->history[0]));
    memmove(item->history + 1, item->history,
            item->n_history * sizeof(item->history[0]));
    memset(&item->history[0], 0, sizeof(item->history[0]));
    item->n_history++;
    fill_message(&item->history[0], item, notice, sequence, written_at);
    message_clear(&item->latest);
    memset(&item->latest, 0, sizeof(item->latest));
    fill_message(&item->latest, item, notice, sequence, written_at);
    item->incident.sequence = sequence;
    item->write_page = true;
}

static inline void
render(struct site *site)
{
    struct error error = { { 0 } };

    request_clear(&site->request);
    memset(&site->request, 0, sizeof(site->request));
    assert_int_equal(STATUS_OK,
                     driver_page.render(&site->input, &site->request, &error));
}

static inline const char *
find_file(const struct site *site, const char *name)
{
    for (size_t i = 0; i < site->request.n_files; i++) {
        if (strcmp(site->request.files[i].name, name) == 0)
            return site->request.files[i].content.data;
    }
    return NULL;
}

static inline const char *
file(const struct site *site, const char *name)
{
    const char *content = find_file(site, name);

    if (content == NULL)
        fail_msg("the file %s was not written", name);
    return content;
}

static inline void
assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is missing in:\n%s", part, text);
}

static inline void
assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part) != NULL)
        fail_msg("\"%s\" must not stand in:\n%s", part, text);
}

static inline bool
is_void_element(const char *name, size_t len)
{
    static const char *const elements[] = { "meta", "link", "br", "hr", "img" };

    for (size_t i = 0; i < ARRAY_COUNT(elements); i++) {
        if (strlen(elements[i]) == len && strncasecmp(name, elements[i], len) == 0)
            return true;
    }
    return false;
}

/* The end of a tag: the first > outside quotes. */
static inline const char *
tag_end(const char *tag)
{
    char quote = '\0';

    for (; *tag != '\0'; tag++) {
        if (quote != '\0')
            quote = *tag == quote ? '\0' : quote;
        else if (*tag == '"' || *tag == '\'')
            quote = *tag;
        else if (*tag == '>')
            return tag;
    }
    return NULL;
}

/* Every element is ended, in order. */
static inline void
assert_balanced(const char *text)
{
    struct strings stack = { 0 };

    for (const char *tag = strchr(text, '<'); tag != NULL; tag = strchr(tag, '<')) {
        const char *end = tag_end(tag);
        bool closes = tag[1] == '/';
        const char *name = tag + 1 + (closes ? 1 : 0);
        size_t len = strcspn(name, " />\n");

        assert_non_null(end);
        if (closes) {
            assert_true(stack.count > 0);
            char *top = stack.items[--stack.count];
            if (strlen(top) != len || strncmp(top, name, len) != 0)
                fail_msg("</%.*s> ends <%s>", (int)len, name, top);
            free(top);
        } else if (tag[1] != '!' && tag[1] != '?' && end[-1] != '/' &&
                   !is_void_element(name, len)) {
            strings_take(&stack, string_copy_n(name, len));
        }
        tag = end;
    }
    assert_int_equal(0, stack.count);
    strings_clear(&stack);
}

#endif
