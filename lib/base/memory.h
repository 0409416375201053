/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Allocation that does not fail: when memory is out the process ends through fatal(),
 * and what was acknowledged is in the store. Everything returned is freed with free().
 */
#ifndef BUDKAVLE_BASE_MEMORY_H
#define BUDKAVLE_BASE_MEMORY_H

#include <stddef.h>

/* Logs the sentence as an error and aborts. For states that must not occur. */
void fatal(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

void *memory_alloc(size_t size);               /* zeroed */
void *memory_array(size_t count, size_t size); /* zeroed; checks the product */
void *memory_resize(void *pointer, size_t count, size_t size);
/* Room for element number `count` (from 0) of a list that only ever grew through this:
 * the capacity is the next power of two, so it needs no field. The room is not zeroed. */
void *memory_grow(void *pointer, size_t count, size_t size);
void *memory_copy(const void *data, size_t size);
char *string_copy(const char *text); /* NULL gives NULL */
char *string_copy_n(const char *text, size_t max_bytes);
char *string_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Frees *text and puts a copy of value (or NULL) in its place. value may be *text. */
void string_replace(char **text, const char *value);

/* Overwrites and frees *text, a secret or NULL, and leaves NULL. */
void string_wipe(char **text);

/* True when both are NULL or both are the same string. */
int string_equal(const char *a, const char *b);

#define ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
