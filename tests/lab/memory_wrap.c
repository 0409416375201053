/* SPDX-License-Identifier: EUPL-1.2 */
/* Allocation functions that can be made to fail. */
#include "memory_wrap.h"

#include "fault.h"

#include <errno.h>
#include <jansson.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t max_bytes);
int __real_vasprintf(char **text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t max_bytes);
int __wrap_vasprintf(char **text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static bool
fails(void)
{
    if (fault_next(CALL_MEMORY, NULL) == FAULT_NONE) {
        return false;
    }
    errno = ENOMEM;
    return true;
}

void *
__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *pointer, size_t size)
{
    return fails() ? NULL : __real_realloc(pointer, size);
}

char *
__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

char *
__wrap_strndup(const char *text, size_t max_bytes)
{
    return fails() ? NULL : __real_strndup(text, max_bytes);
}

int
__wrap_vasprintf(char **text, const char *format, va_list arguments)
{
    return fails() ? -1 : __real_vasprintf(text, format, arguments);
}

/* --- SQLite ----------------------------------------------------------------------- */

static sqlite3_mem_methods sqlite_own;

static void *
sqlite_malloc(int size)
{
    return fails() ? NULL : sqlite_own.xMalloc(size);
}

static void *
sqlite_realloc(void *pointer, int size)
{
    return fails() ? NULL : sqlite_own.xRealloc(pointer, size);
}

void
memory_wrap_libraries(void)
{
    sqlite3_mem_methods methods;

    json_set_alloc_funcs(__wrap_malloc, free);
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_own) != SQLITE_OK) {
        abort();
    }
    methods = sqlite_own;
    methods.xMalloc = sqlite_malloc;
    methods.xRealloc = sqlite_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK) {
        abort();
    }
}
