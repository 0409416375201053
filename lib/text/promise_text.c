/* SPDX-License-Identifier: EUPL-1.2 */
/* Promises in words. */
#include "text/promise_text.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "text/compose.h"
#include "text/fill.h"
#include "text/local_time.h"
#include "text/shorten.h"

#include <stdlib.h>

/* " (EXERCISE, staff only)", or nothing. */
static void
add_mark(const struct catalogue *catalogue, const struct facts *facts,
         struct buffer *out)
{
    bool staff = facts_has(facts, FIELD_AUDIENCE) && facts->audience == AUDIENCE_STAFF;
    bool unreal = facts_has(facts, FIELD_MODE) && facts->mode != MODE_ACTUAL;

    if (unreal) {
        char *key = string_format("mode.%s", name_of(&mode_names, (int)facts->mode));

        buffer_addf(out, " (%s%s", catalogue_phrase(catalogue, key),
                    staff ? ", " : ")");
        free(key);
    }
    if (staff) {
        buffer_addf(out, "%s%s)", unreal ? "" : " (",
                    catalogue_phrase(catalogue, "alarm.promise.staff"));
    }
}

char *
promise_text(const struct catalogue *catalogue, const struct incident *incident,
             const char *form, int64_t at_ms, int64_t now_ms)
{
    struct buffer out = { 0 };
    char *key = string_format("alarm.promise.%s", form);
    char *time = local_time_text(catalogue, at_ms, now_ms);
    char *places = text_places(catalogue, &incident->facts, 1);
    const struct fill fills[] = { { "time", time } };
    char *promise = fill_phrase(catalogue_phrase(catalogue, key), fills, 1);
    char *line, *shown;

    buffer_addf(&out, "%s %s", incident->source, incident->incident);
    add_mark(catalogue, &incident->facts, &out);
    if (places != NULL) {
        buffer_addf(&out, " %s", places);
    }
    buffer_addf(&out, ": %s", promise);
    line = single_line(out.data);
    shown = utf8_strip_format(line != NULL ? line : "");
    free(line);
    free(promise);
    free(places);
    free(time);
    free(key);
    buffer_clear(&out);
    return shown;
}

char *
promise_list_text(const struct catalogue *catalogue, const struct strings *lines,
                  int64_t more)
{
    struct buffer list = { 0 };
    char *number, *text;

    for (size_t i = 0; i < lines->count; i++) {
        buffer_addf(&list, "%s%s", i > 0 ? "; " : "", lines->items[i]);
    }
    if (more <= 0) {
        return buffer_take(&list);
    }
    number = catalogue_number(catalogue, more);
    const struct fill fills[] = { { "list", list.data }, { "n", number } };
    text =
        fill_phrase(catalogue_phrase(catalogue, more == 1 ? "alarm.promise.more.one"
                                                          : "alarm.promise.more.other"),
                    fills, ARRAY_COUNT(fills));
    free(number);
    buffer_clear(&list);
    return text;
}
