/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writing the sentence of an error.
 */
#include "base/status.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Arguments may point into the error itself, so a sentence is made beside it; the room
 * beyond ERROR_TEXT_SIZE lets the cut see where the last character ends. */
enum {
    SCRATCH_SIZE = ERROR_TEXT_SIZE + 8
};

static void
error_store(struct error *error, const char *text)
{
    size_t len = utf8_cut(text, ERROR_TEXT_SIZE - 1);

    memcpy(error->text, text, len);
    error->text[len] = '\0';
}

enum status
error_set(struct error *error, enum status status, const char *format, ...)
{
    char scratch[SCRATCH_SIZE];
    va_list arguments;

    if (error == NULL) {
        return status;
    }
    va_start(arguments, format);
    (void)vsnprintf(scratch, sizeof(scratch), format, arguments);
    va_end(arguments);
    error_store(error, scratch);
    return status;
}

void
error_prefix(struct error *error, const char *format, ...)
{
    char scratch[2 * SCRATCH_SIZE];
    va_list arguments;

    if (error == NULL) {
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(scratch, SCRATCH_SIZE, format, arguments);
    va_end(arguments);

    size_t used = strlen(scratch);
    (void)snprintf(scratch + used, sizeof(scratch) - used, ": %s", error->text);
    error_store(error, scratch);
}
