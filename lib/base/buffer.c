/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A growing run of bytes.
 */
#include "base/buffer.h"

#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SMALLEST = 64
};

void
buffer_clear(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){ 0 };
}

void
buffer_reset(struct buffer *buffer)
{
    buffer->len = 0;
    if (buffer->data != NULL) {
        buffer->data[0] = '\0';
    }
}

void
buffer_reserve(struct buffer *buffer, size_t more_bytes)
{
    size_t needed;

    /* One more byte for the NUL. */
    if (__builtin_add_overflow(buffer->len, more_bytes, &needed) ||
        __builtin_add_overflow(needed, (size_t)1, &needed) || needed > SIZE_MAX / 2) {
        fatal("buffer: %zu more bytes are more than there can be", more_bytes);
    }
    if (needed <= buffer->capacity) {
        return;
    }
    size_t capacity = buffer->capacity < SMALLEST ? SMALLEST : buffer->capacity;
    while (capacity < needed) {
        capacity *= 2;
    }
    buffer->data = memory_resize(buffer->data, capacity, 1);
    buffer->capacity = capacity;
    buffer->data[buffer->len] = '\0';
}

void
buffer_append(struct buffer *buffer, const void *data, size_t len)
{
    buffer_reserve(buffer, len);
    if (len > 0) {
        memcpy(buffer->data + buffer->len, data, len);
    }
    buffer->len += len;
    buffer->data[buffer->len] = '\0';
}

void
buffer_add(struct buffer *buffer, const char *text)
{
    if (text != NULL) {
        buffer_append(buffer, text, strlen(text));
    }
}

void
buffer_add_char(struct buffer *buffer, char c)
{
    buffer_append(buffer, &c, 1);
}

void
buffer_addf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    buffer_addv(buffer, format, arguments);
    va_end(arguments);
}

void
buffer_addv(struct buffer *buffer, const char *format, va_list arguments)
{
    va_list again;

    va_copy(again, arguments);
    buffer_reserve(buffer, SMALLEST);
    size_t room = buffer->capacity - buffer->len;
    int len = vsnprintf(buffer->data + buffer->len, room, format, arguments);
    if (len < 0) {
        fatal("buffer: the format \"%s\" cannot be written", format);
    }
    if ((size_t)len >= room) {
        buffer_reserve(buffer, (size_t)len);
        (void)vsnprintf(buffer->data + buffer->len, (size_t)len + 1, format, again);
    }
    va_end(again);
    buffer->len += (size_t)len;
}

char *
buffer_take(struct buffer *buffer)
{
    buffer_reserve(buffer, 0);
    char *data = buffer->data;
    *buffer = (struct buffer){ 0 };
    return data;
}
