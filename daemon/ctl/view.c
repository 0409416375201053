/* SPDX-License-Identifier: EUPL-1.2 */
/* Answers of the socket as a person reads them. */
#include "ctl/view.h"

#include "base/memory.h"
#include "base/quantity.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "ctl/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NUMBER_SIZE = 24
};

static const char *
number_text(const json_t *object, const char *key, char out[NUMBER_SIZE])
{
    out[0] = '\0';
    if (json_object_get(object, key) != NULL) {
        snprintf(out, NUMBER_SIZE, "%lld", number_of(object, key));
    }
    return out;
}

static const char *
age_text(const json_t *object, const char *key, char out[DURATION_SIZE])
{
    out[0] = '\0';
    if (json_object_get(object, key) != NULL) {
        duration_format(number_of(object, key) * SECONDS_MS, out);
    }
    return out;
}

void
view_channels(const json_t *channels)
{
    static const char *const headers[] = { "CHANNEL", "DRIVER",    "STATE",
                                           "WAITING", "PARKED",    "LEFT",
                                           "OLDEST",  "LAST SENT", "LAST ERROR" };
    struct table *table = table_new(headers, ARRAY_COUNT(headers));
    const json_t *channel;
    size_t i;

    json_array_foreach(channels, i, channel)
    {
        char waiting[NUMBER_SIZE], parked[NUMBER_SIZE], left[NUMBER_SIZE];
        char age[DURATION_SIZE], sent[SHORT_TIME_SIZE];
        const char *const cells[] = {
            text_of(channel, "name"),
            text_of(channel, "driver"),
            text_of(channel, "state"),
            number_text(channel, "waiting", waiting),
            number_text(channel, "parked", parked),
            number_text(channel, "left", left),
            number_of(channel, "waiting") > 0 ? age_text(channel, "oldest_seconds", age)
                                              : "",
            short_time(text_of(channel, "last_success_at"), sent),
            text_of(channel, "last_error"),
        };

        table_add(table, cells);
    }
    table_print(table, "no channels are configured; nobody hears anything");
}

/* "Täby kyrkby, Gribbylund +4" */
static char *
places_text(const json_t *incident)
{
    const json_t *places = json_object_get(incident, "places");
    size_t n = json_array_size(places);
    struct buffer text = { 0 };

    for (size_t i = 0; i < n && i < 2; i++) {
        buffer_add(&text, i > 0 ? ", " : "");
        buffer_add(&text, text_of(json_array_get(places, i), "name"));
    }
    if (n > 2) {
        buffer_addf(&text, " +%zu", n - 2);
    }
    return buffer_take(&text);
}

void
view_incidents(const json_t *incidents)
{
    static const char *const headers[] = { "ID",    "INCIDENT", "SOURCE",
                                           "KIND",  "STATUS",   "CUSTOMERS",
                                           "PLACE", "ESTIMATE", "UPDATED" };
    struct table *table = table_new(headers, ARRAY_COUNT(headers));
    const json_t *incident;
    size_t i;

    json_array_foreach(incidents, i, incident)
    {
        char customers[NUMBER_SIZE], etr[SHORT_TIME_SIZE], updated[SHORT_TIME_SIZE];
        char *places = places_text(incident);
        const char *const cells[] = {
            text_of(incident, "id"),
            text_of(incident, "incident"),
            text_of(incident, "source"),
            text_of(incident, "kind"),
            text_of(incident, "status"),
            number_text(incident, "customers_affected", customers),
            places,
            short_time(text_of(json_object_get(incident, "etr"), "at"), etr),
            short_time(text_of(incident, "updated_at"), updated),
        };

        table_add(table, cells);
        free(places);
    }
    table_print(table, "no incidents");
}

/* Why it is not delivered: by its last error, or by a later report. Caller frees. */
static char *
trouble_text(const json_t *delivery)
{
    const json_t *report = json_object_get(delivery, "report");
    const char *reason = text_of(report, "reason");

    if (strcmp(text_of(report, "state"), "failed") != 0) {
        return string_copy(text_of(delivery, "last_error"));
    }
    return string_format("reported as failed%s%s", reason[0] != '\0' ? ": " : "",
                         reason);
}

void
view_deliveries(const json_t *deliveries)
{
    static const char *const headers[] = { "ID",       "CHANNEL", "INCIDENT",
                                           "MESSAGE",  "NOTICE",  "STATE",
                                           "ATTEMPTS", "DUE",     "LAST ERROR" };
    struct table *table = table_new(headers, ARRAY_COUNT(headers));
    const json_t *delivery;
    size_t i;

    json_array_foreach(deliveries, i, delivery)
    {
        char attempts[NUMBER_SIZE], sequence[NUMBER_SIZE], due[SHORT_TIME_SIZE];
        char id[NUMBER_SIZE];
        char *trouble = trouble_text(delivery);
        const char *const cells[] = {
            json_is_string(json_object_get(delivery, "id"))
                ? text_of(delivery, "id")
                : number_text(delivery, "id", id),
            text_of(delivery, "channel"),
            text_of(delivery, "incident"),
            number_text(delivery, "sequence", sequence),
            text_of(delivery, "notice"),
            text_of(delivery, "state"),
            number_text(delivery, "attempts", attempts),
            short_time(text_of(delivery, "due_at"), due),
            trouble,
        };

        table_add(table, cells);
        free(trouble);
    }
    table_print(table, "nothing waits");
}

static void
print_text(const char *label, const char *text)
{
    char *printable;

    if (text[0] != '\0') {
        printable = utf8_printable(text, strlen(text), 1000);
        printf("  %-12s %s\n", label, printable);
        free(printable);
    }
}

static void
print_member(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    char text[SHORT_TIME_SIZE];
    char number[NUMBER_SIZE];

    if (json_is_integer(value)) {
        print_text(key, number_text(object, key, number));
    } else if (json_is_string(value)) {
        const char *plain = json_string_value(value);

        print_text(key, short_time(plain, text)[0] != '\0' ? text : plain);
    } else if (json_is_object(value)) {
        char *dump = json_dumps(value, JSON_COMPACT);

        print_text(key, dump);
        free(dump);
    }
}

void
view_incident(const json_t *incident)
{
    static const char *const keys[] = {
        "source",
        "kind",
        "status",
        "mode",
        "severity",
        "started_at",
        "ended_at",
        "etr",
        "cause",
        "crew",
        "customers_affected",
        "customers_restored",
        "planned",
        "note",
        "next_word_at",
        "audience",
        "merged_into",
        "sequence",
        "updated_at",
    };
    char *places = places_text(incident);

    printf("%s  %s\n", text_of(incident, "id"), text_of(incident, "incident"));
    print_text("places", places);
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        print_member(incident, keys[i]);
    }
    free(places);
}

/* The first of its languages, where a text has several. */
static const char *
any_text(json_t *value)
{
    void *first = json_object_iter(value);

    return json_string_value(first != NULL ? json_object_iter_value(first) : value);
}

/* "  etr=16:05 -> 17:05 (crew): the soil is frozen": of an event that named one. */
static void
print_estimate(const json_t *event)
{
    json_t *etr = json_object_get(event, "etr");
    const char *reason = any_text(json_object_get(etr, "reason"));
    char at[SHORT_TIME_SIZE];
    char before[SHORT_TIME_SIZE];

    if (etr == NULL) {
        return;
    }
    short_time(text_of(etr, "at"), at);
    short_time(text_of(etr, "before"), before);
    printf("  etr=%s%s%s", before, before[0] != '\0' ? " -> " : "",
           at[0] != '\0' ? at : "withdrawn");
    if (text_of(etr, "basis")[0] != '\0') {
        printf(" (%s)", text_of(etr, "basis"));
    }
    if (reason != NULL) {
        char *printable = utf8_printable(reason, strlen(reason), 300);

        printf(": %s", printable);
        free(printable);
    }
}

/* One line of the timeline behind its time: what, and the members that say more. */
static void
print_members(const json_t *object, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        const json_t *value = json_object_get(object, *keys);

        if (json_is_string(value)) {
            char *printable = utf8_printable(json_string_value(value),
                                             json_string_length(value), 300);

            printf("  %s=%s", *keys, printable);
            free(printable);
        } else if (json_is_integer(value)) {
            printf("  %s=%lld", *keys, (long long)json_integer_value(value));
        }
    }
    putchar('\n');
}

void
view_timeline(const json_t *timeline)
{
    static const char *const keys[] = {
        "event_id", "result",     "why",        "notice", "sequence", "channel",
        "state",    "covered_by", "recipients", "error",  "reported", "report_reason",
        "action",   "uid",        "reason",     NULL
    };
    const json_t *entry;
    size_t i;

    puts("timeline");
    json_array_foreach(timeline, i, entry)
    {
        char at[SHORT_TIME_SIZE];

        printf("  %s  %-8s", short_time(text_of(entry, "at"), at),
               text_of(entry, "what"));
        print_estimate(entry);
        print_members(entry, keys);
    }
}

void
view_news(const char *name, const json_t *news)
{
    static const char *const keys[] = { "source", "incident", "event_id", "message",
                                        "notice", "sequence", "channel",  "delivery",
                                        "alarm",  "subject",  "result",   "messages",
                                        "why",    NULL };

    printf("%-8s", name);
    print_members(news, keys);
}

static void
print_missing(const json_t *missing)
{
    const json_t *row;
    size_t i;

    json_array_foreach(missing, i, row)
    {
        char due[SHORT_TIME_SIZE];

        printf(
            "  delivery %lld: incident %s, channel %s: %s after %lld attempts, due %s%s%s"
            "\n",
            number_of(row, "delivery"), text_of(row, "incident"),
            text_of(row, "channel"), text_of(row, "state"), number_of(row, "attempts"),
            short_time(text_of(row, "due_at"), due),
            text_of(row, "last_error")[0] != '\0' ? ": " : "",
            text_of(row, "last_error"));
    }
}

void
view_audit(const json_t *audit)
{
    const json_t *counts = json_object_get(audit, "deliveries");
    bool complete = json_is_true(json_object_get(audit, "complete"));
    const char *state;
    const json_t *n;
    void *position;

    print_state(complete,
                complete ? "complete: every message has reached every channel"
                         : "not complete: something has not reached its channel yet");
    if (json_object_get(audit, "why") != NULL) {
        printf("  %s\n", text_of(audit, "why"));
    }
    printf("  messages %lld\n", number_of(audit, "messages"));
    for (position = json_object_iter((json_t *)(uintptr_t)counts); position != NULL;
         position = json_object_iter_next((json_t *)(uintptr_t)counts, position)) {
        state = json_object_iter_key(position);
        n = json_object_iter_value(position);
        if (json_integer_value(n) > 0) {
            printf("  %s %lld\n", state, (long long)json_integer_value(n));
        }
    }
    if (number_of(audit, "pending_events") > 0) {
        printf("  events whose incident is not known yet: %lld\n",
               number_of(audit, "pending_events"));
    }
    if (number_of(audit, "reported_failed") > 0) {
        printf("  of those delivered, reported as failed later %lld: budkavle queue "
               "--failed\n",
               number_of(audit, "reported_failed"));
    }
    print_missing(json_object_get(audit, "missing"));
    if (json_is_string(json_object_get(audit, "next"))) {
        puts("  … and more: budkavle queue lists all");
    }
}

/* Adds one page's rows; the cursor to the next, "" at the end. Returns an exit code. */
static int
read_page(struct session *session, const char *path, const char *cursor,
          const char *key, json_t *rows, char **next)
{
    struct buffer url = { 0 };
    json_t *answer;
    int exit_code;

    buffer_add(&url, path);
    query_add(&url, "limit", "1000");
    if (cursor[0] != '\0') {
        query_add(&url, "after", cursor);
    }
    exit_code = session_get(session, url.data, &answer);
    if (exit_code == CTL_OK) {
        json_array_extend(rows, json_object_get(answer, key));
        *next = string_copy(text_of(answer, "next"));
    }
    json_decref(answer);
    buffer_clear(&url);
    return exit_code;
}

int
view_pages(struct session *session, const char *path, const char *key,
           void (*view)(const json_t *rows))
{
    return view_pages_after(session, path, NULL, key, view);
}

int
view_pages_after(struct session *session, const char *path, const char *after,
                 const char *key, void (*view)(const json_t *rows))
{
    json_t *rows = json_array();
    bool json = session->json;
    char *cursor = string_copy(after == NULL ? "" : after);
    int exit_code;

    session->json = false;
    do {
        char *next = NULL;

        exit_code = read_page(session, path, cursor, key, rows, &next);
        free(cursor);
        cursor = next;
    } while (exit_code == CTL_OK && cursor != NULL && cursor[0] != '\0');
    session->json = json;
    if (exit_code == CTL_OK && json) {
        json_t *whole = json_object();

        json_object_set(whole, key, rows);
        json_dumpf(whole, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
        putchar('\n');
        json_decref(whole);
    } else if (exit_code == CTL_OK) {
        view(rows);
    }
    free(cursor);
    json_decref(rows);
    return exit_code;
}
