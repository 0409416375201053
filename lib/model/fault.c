/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Faults of outside input, and the lines that tell them.
 */
#include "model/fault.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_FIELD_BYTES = 200,
    MAX_PROBLEM_BYTES = 1000
};

void
faults_add(struct faults *faults, size_t event, size_t line, const char *field,
           const char *format, ...)
{
    struct buffer problem = { 0 };
    va_list arguments;

    if (faults->count == FAULTS_MAX) {
        faults->dropped++;
        return;
    }
    va_start(arguments, format);
    buffer_addv(&problem, format, arguments);
    va_end(arguments);

    faults->items = memory_grow(faults->items, faults->count, sizeof(*faults->items));
    faults->items[faults->count++] =
        (struct fault){ .event = event,
                        .line = line,
                        .field = string_copy(field == NULL ? "" : field),
                        .problem = buffer_take(&problem) };
}

void
faults_clear(struct faults *faults)
{
    for (size_t i = 0; i < faults->count; i++) {
        free(faults->items[i].field);
        free(faults->items[i].problem);
    }
    free(faults->items);
    *faults = (struct faults){ 0 };
}

static void
add_place(const struct fault *fault, struct buffer *out)
{
    if (fault->event > 0 && fault->line > 0) {
        buffer_addf(out, "event %zu (line %zu): ", fault->event, fault->line);
    } else if (fault->event > 0) {
        buffer_addf(out, "event %zu: ", fault->event);
    } else if (fault->line > 0) {
        buffer_addf(out, "line %zu: ", fault->line);
    }
}

/* One fault is one line, whatever a sender wrote into it. */
static void
add_printable(struct buffer *out, const char *text, size_t max_bytes)
{
    char *printable = utf8_printable(text, strlen(text), max_bytes);

    buffer_add(out, printable);
    free(printable);
}

void
faults_format(const struct faults *faults, struct buffer *out)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];

        add_place(fault, out);
        if (fault->field[0] != '\0') {
            add_printable(out, fault->field, MAX_FIELD_BYTES);
            buffer_add(out, ": ");
        }
        add_printable(out, fault->problem, MAX_PROBLEM_BYTES);
        buffer_add_char(out, '\n');
    }
    if (faults->dropped > 0) {
        buffer_addf(out, "and %zu more\n", faults->dropped);
    }
}
