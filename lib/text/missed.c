/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Missed messages in words: when each was written, and its title.
 */
#include "text/missed.h"

#include "base/memory.h"
#include "text/fill.h"
#include "text/local_time.h"

#include <stdint.h>
#include <stdlib.h>

/* Adds line, which is freed. */
static void
add_take(struct strings *lines, char *line_take)
{
    strings_add(lines, line_take);
    free(line_take);
}

/* The phrase key.one or key.other, with the time of the oldest. */
static char *
count_line(const struct catalogue *catalogue, const char *key, size_t n,
           int64_t from_ms, int64_t now_ms)
{
    char *phrase = string_format("%s.%s", key, n == 1 ? "one" : "other");
    char *number = catalogue_number(catalogue, (int64_t)n);
    char *from = local_time_at_text(catalogue, from_ms, now_ms);
    char *line =
        fill_phrase(catalogue_phrase(catalogue, phrase),
                    (struct fill[]){ { "n", number }, { "written", from } }, 2);

    free(phrase);
    free(number);
    free(from);
    return line;
}

static char *
message_line(const struct catalogue *catalogue, const struct message *message,
             const struct compose_context *context)
{
    char *written = local_time_text(catalogue, message->written_at_ms, context->now_ms);
    char *title = text_title(catalogue, message, context);
    char *line =
        fill_phrase(catalogue_phrase(catalogue, "missed.line"),
                    (struct fill[]){ { "written", written }, { "title", title } }, 2);

    free(written);
    free(title);
    return line;
}

void
text_missed_newest(const struct catalogue *catalogue, const struct missed *missed,
                   size_t most_told, const struct compose_context *context,
                   struct strings *lines)
{
    size_t told, first;

    strings_clear(lines);
    if (missed == NULL || missed->count == 0) {
        return;
    }
    told = missed->n_newest < most_told ? missed->n_newest : most_told;
    first = missed->n_newest - told;
    strings_add(lines, catalogue_phrase(catalogue, "missed.heading"));
    if (missed->count > told) {
        add_take(lines, count_line(catalogue, "missed.more", missed->count - told,
                                   missed->from_ms, context->now_ms));
    }
    for (size_t i = first; i < missed->n_newest; i++) {
        add_take(lines, message_line(catalogue, &missed->newest[i], context));
    }
}

void
text_missed(const struct catalogue *catalogue, const struct missed *missed,
            const struct compose_context *context, struct strings *lines)
{
    text_missed_newest(catalogue, missed, SIZE_MAX, context, lines);
}

char *
text_missed_count(const struct catalogue *catalogue, const struct missed *missed,
                  const struct compose_context *context)
{
    return count_line(catalogue, "missed.count", missed->count, missed->from_ms,
                      context->now_ms);
}
