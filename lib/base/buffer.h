/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A growing run of bytes. data always has a NUL behind its len bytes once anything was
 * appended, so that text can be used as a C string. Valid when zeroed.
 */
#ifndef BUDKAVLE_BASE_BUFFER_H
#define BUDKAVLE_BASE_BUFFER_H

#include <stdarg.h>
#include <stddef.h>

struct buffer {
    char *data;
    size_t len;
    size_t capacity;
};

void buffer_clear(struct buffer *buffer); /* frees, and zeroes */
void buffer_reset(struct buffer *buffer); /* len = 0, keeps the memory */
void buffer_reserve(struct buffer *buffer, size_t more_bytes);
void buffer_append(struct buffer *buffer, const void *data, size_t len);
void buffer_add(struct buffer *buffer, const char *text); /* NULL adds nothing */
void buffer_add_char(struct buffer *buffer, char c);
void buffer_addf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buffer_addv(struct buffer *buffer, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* The bytes, the caller's to free(); the buffer is empty afterwards. Never NULL. */
char *buffer_take(struct buffer *buffer);

#endif
