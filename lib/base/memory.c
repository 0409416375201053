/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Allocation that ends the process rather than fail.
 */
#include "base/memory.h"

#include "base/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
fatal(const char *format, ...)
{
    static volatile int entered;
    char text[1024];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);

    /* Logging allocates. When it was memory that ran out, the second entry must not
     * ask for more. */
    if (entered) {
        size_t len = strlen(text);
        text[len < sizeof(text) - 1 ? len++ : len - 1] = '\n';
        ssize_t written = write(STDERR_FILENO, text, len);
        (void)written;
        abort();
    }
    entered = 1;
    log_error("%s", text);
    abort();
}

/* malloc(0) may return NULL; ours never does. */
static void *
checked(void *pointer, size_t size)
{
    if (pointer == NULL) {
        fatal("memory: the system refused %zu bytes", size);
    }
    return pointer;
}

static size_t
product(size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total)) {
        fatal("memory: %zu times %zu bytes is more than there can be", count, size);
    }
    return total > 0 ? total : 1;
}

void *
memory_alloc(size_t size)
{
    return checked(calloc(1, size > 0 ? size : 1), size);
}

void *
memory_array(size_t count, size_t size)
{
    return memory_alloc(product(count, size));
}

void *
memory_resize(void *pointer, size_t count, size_t size)
{
    size_t total = product(count, size);

    return checked(realloc(pointer, total), total);
}

void *
memory_grow(void *pointer, size_t count, size_t size)
{
    size_t capacity;

    if (count != 0 && (count & (count - 1)) != 0) {
        return pointer;
    }
    if (__builtin_mul_overflow(count, (size_t)2, &capacity)) {
        fatal("memory: a list of %zu elements cannot grow", count);
    }
    return memory_resize(pointer, capacity > 0 ? capacity : 1, size);
}

void *
memory_copy(const void *data, size_t size)
{
    void *copy = checked(malloc(size > 0 ? size : 1), size);

    if (size > 0) {
        memcpy(copy, data, size);
    }
    return copy;
}

char *
string_copy(const char *text)
{
    return text == NULL ? NULL : memory_copy(text, strlen(text) + 1);
}

char *
string_copy_n(const char *text, size_t max_bytes)
{
    if (text == NULL) {
        return NULL;
    }
    return checked(strndup(text, max_bytes), max_bytes);
}

char *
string_format(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    int len = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (len < 0) {
        fatal("memory: no room for a text, or it is not one");
    }
    return text;
}

void
string_replace(char **text, const char *value)
{
    char *copy = string_copy(value);

    free(*text);
    *text = copy;
}

void
string_wipe(char **text)
{
    if (*text != NULL) {
        explicit_bzero(*text, strlen(*text));
        free(*text);
        *text = NULL;
    }
}

int
string_equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return strcmp(a, b) == 0;
}
