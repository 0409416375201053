/* SPDX-License-Identifier: EUPL-1.2 */
/* From events to those of a drill. What is wrong with an event is the daemon's to say. */
#include "ctl/exercise.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "codec/event_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char byte_order_mark[] = "\xEF\xBB\xBF";

/* Numbers that stand for an incident or an event. */
static const char *const numbers[] = { "incident", "event_id", "merge_into" };

/* Times, by the object that has them; "" is the event itself. */
static const struct {
    const char *object, *key;
} times[] = {
    { "", "at" },        { "", "started_at" },   { "", "ended_at" },
    { "", "etr" },       { "", "next_word_at" }, { "etr", "at" },
    { "planned", "to" }, { "planned", "from" },
};

/* "exercise-2026-11-23": the same all day, so that a file sent again is a repeat. */
static char *
name_of_day(int64_t now_ms)
{
    time_t seconds = (time_t)(now_ms / SECONDS_MS);
    char day[sizeof("exercise-2026-11-23")] = "exercise";
    struct tm local;

    if (localtime_r(&seconds, &local) != NULL) {
        strftime(day, sizeof(day), "exercise-%Y-%m-%d", &local);
    }
    return string_copy(day);
}

static void
mark(json_t *event, const char *name)
{
    json_object_set_new(event, "mode", json_string("exercise"));
    for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
        const char *number = json_string_value(json_object_get(event, numbers[i]));

        if (number != NULL) {
            char *marked = string_format("%s:%s", name, number);

            json_object_set_new(event, numbers[i], json_string(marked));
            free(marked);
        }
    }
}

static void
move_time(json_t *event, const char *object, const char *key, int64_t by_ms)
{
    json_t *holder = object[0] == '\0' ? event : json_object_get(event, object);
    const char *text = json_string_value(json_object_get(holder, key));
    char moved[TIMESTAMP_SIZE];
    int64_t time_ms;

    if (text != NULL && timestamp_parse(text, &time_ms)) {
        json_object_set_new(
            holder, key, json_string(timestamp_format_seconds(time_ms + by_ms, moved)));
    }
}

/* How far the newest event lies behind now; 0 when no event has a time. */
static int64_t
age_of_newest(const json_t *events, int64_t now_ms)
{
    int64_t newest_ms = TIME_NONE, time_ms;
    const json_t *event;
    size_t i;

    json_array_foreach(events, i, event)
    {
        const char *text = json_string_value(json_object_get(event, "at"));

        if (text != NULL && timestamp_parse(text, &time_ms) &&
            (newest_ms == TIME_NONE || time_ms > newest_ms)) {
            newest_ms = time_ms;
        }
    }
    return newest_ms == TIME_NONE ? 0 : now_ms - newest_ms;
}

static enum status
read_lines(const char *data, size_t len, json_t *events, struct error *error)
{
    size_t offset = 0, line = 0;

    while (offset < len) {
        const char *end = memchr(data + offset, '\n', len - offset);
        size_t n = end != NULL ? (size_t)(end - data) - offset : len - offset;
        json_error_t why;
        json_t *event;

        line++;
        if (strspn(data + offset, " \t\r") < n) {
            event = json_loadb(data + offset, n, JSON_REJECT_DUPLICATES, &why);
            if (event == NULL) {
                return error_set(error, STATUS_INVALID, "line %zu: %s", line, why.text);
            }
            json_array_append_new(events, event);
        }
        offset += n + 1;
    }
    return STATUS_OK;
}

static enum status
read_events(const char *data, size_t len, json_t **events, struct error *error)
{
    json_error_t why;
    json_t *whole;

    *events = json_array();
    if (events_look_like_lines(data, len)) {
        return read_lines(data, len, *events, error);
    }
    whole = json_loadb(data, len, JSON_REJECT_DUPLICATES, &why);
    if (whole == NULL) {
        return error_set(error, STATUS_INVALID, "line %d: %s", why.line, why.text);
    }
    if (json_is_array(whole)) {
        json_array_extend(*events, whole);
    } else {
        json_array_append(*events, whole);
    }
    json_decref(whole);
    return STATUS_OK;
}

static void
write_events(const struct exercise *exercise, json_t *events, struct buffer *out)
{
    char *name = exercise->name != NULL ? string_copy(exercise->name)
                                        : name_of_day(exercise->now_ms);
    int64_t by_ms = exercise->shift ? age_of_newest(events, exercise->now_ms) : 0;
    json_t *event;
    size_t i;

    json_array_foreach(events, i, event)
    {
        char *line;

        mark(event, name);
        for (size_t t = 0; by_ms != 0 && t < ARRAY_COUNT(times); t++) {
            move_time(event, times[t].object, times[t].key, by_ms);
        }
        line = json_dumps(event, JSON_COMPACT | JSON_PRESERVE_ORDER);
        buffer_addf(out, "%s\n", line);
        free(line);
    }
    free(name);
}

static enum status
check_objects(const json_t *events, struct error *error)
{
    const json_t *event;
    size_t i;

    json_array_foreach(events, i, event)
    {
        if (!json_is_object(event)) {
            return error_set(error, STATUS_INVALID,
                             "event %zu: is not an object such as {\"incident\": …}",
                             i + 1);
        }
    }
    return STATUS_OK;
}

enum status
exercise_make(const struct exercise *exercise, struct buffer *content,
              struct error *error)
{
    const char *data = content->len > 0 ? content->data : "";
    size_t len = content->len;
    json_t *events = NULL;
    struct buffer out = { 0 };
    enum status status;

    if (len >= strlen(byte_order_mark) &&
        memcmp(data, byte_order_mark, strlen(byte_order_mark)) == 0) {
        data += strlen(byte_order_mark);
        len -= strlen(byte_order_mark);
    }
    status = read_events(data, len, &events, error);
    if (status == STATUS_OK) {
        status = check_objects(events, error);
    }
    if (status == STATUS_OK) {
        write_events(exercise, events, &out);
        buffer_clear(content);
        *content = out;
    }
    json_decref(events);
    return status;
}
