/* SPDX-License-Identifier: EUPL-1.2 */
/* Faults of a catalogue, each told once with its file and line. */
#include "text/catalogue_check.h"

#include "text/script.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

static bool
is_told(const struct faults *faults, const char *problem)
{
    for (size_t i = 0; i < faults->count; i++) {
        if (strcmp(faults->items[i].problem, problem) == 0) {
            return true;
        }
    }
    return false;
}

void
catalogue_fault(struct catalogue_faults *faults, size_t line, const char *format, ...)
{
    struct buffer fault = { 0 };
    va_list arguments;

    catalogue_add_place(faults->catalogue, line, &fault);
    va_start(arguments, format);
    buffer_addv(&fault, format, arguments);
    va_end(arguments);
    faults->count++;
    /* A line of a block is read once for each notice that includes it. */
    if (!is_told(faults->faults, fault.data)) {
        faults_add(faults->faults, 0, 0, "", "%s", fault.data);
    }
    buffer_clear(&fault);
}
