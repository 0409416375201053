/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Growing by doubling.
 */
#include "client/bytes.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_CAPACITY = 1024
};

static bool
make_room(struct bytes *bytes, size_t wanted)
{
    size_t capacity = bytes->capacity == 0 ? FIRST_CAPACITY : bytes->capacity;
    char *data;

    if (wanted <= bytes->capacity)
        return true;
    while (capacity < wanted && capacity <= SIZE_MAX / 2)
        capacity *= 2;
    data = capacity < wanted ? NULL : realloc(bytes->data, capacity);
    if (data == NULL)
        return false;
    bytes->data = data;
    bytes->capacity = capacity;
    return true;
}

bool
bytes_add(struct bytes *bytes, const char *data, size_t len)
{
    if (len >= SIZE_MAX - bytes->len || !make_room(bytes, bytes->len + len + 1))
        return false;
    if (len > 0)
        memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;
    bytes->data[bytes->len] = '\0';
    return true;
}

void
bytes_reset(struct bytes *bytes)
{
    bytes->len = 0;
    if (bytes->data != NULL)
        bytes->data[0] = '\0';
}

void
bytes_clear(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){ 0 };
}

const char *
bytes_text(const struct bytes *bytes)
{
    return bytes->data == NULL ? "" : bytes->data;
}
