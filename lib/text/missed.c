/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Missed messages in words: when each was written, and its title.
 */
#include "text/missed.h"

#include "base/memory.h"
#include "text/fill.h"
#include "text/local_time.h"

#include <stdlib.h>

/* Adds line, which is freed. */
static void
add_take(struct strings *lines, char *line_take)
{
    strings_add(lines, line_take);
    free(line_take);
}

static char *
count_line(const struct catalogue *catalogue, const struct missed *missed,
           int64_t now_ms)
{
    size_t n = missed->count - missed->n_newest;
    const char *key = n == 1 ? "missed.more.one" : "missed.more.other";
    char *number = catalogue_number(catalogue, (int64_t)n);
    char *from = local_time_at_text(catalogue, missed->from_ms, now_ms);
    char *line =
        fill_phrase(catalogue_phrase(catalogue, key),
                    (struct fill[]){ { "n", number }, { "written", from } }, 2);

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
text_missed(const struct catalogue *catalogue, const struct missed *missed,
            const struct compose_context *context, struct strings *lines)
{
    strings_clear(lines);
    if (missed == NULL || missed->count == 0) {
        return;
    }
    strings_add(lines, catalogue_phrase(catalogue, "missed.heading"));
    if (missed->count > missed->n_newest) {
        add_take(lines, count_line(catalogue, missed, context->now_ms));
    }
    for (size_t i = 0; i < missed->n_newest; i++) {
        add_take(lines, message_line(catalogue, &missed->newest[i], context));
    }
}
