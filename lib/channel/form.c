/* SPDX-License-Identifier: EUPL-1.2 */
/* Reads forms. */
#include "channel/form.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int
digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that %XX at `text` stands for; -1: it has not two digits. */
static int
escaped_byte(const char *text, size_t len)
{
    int high = len < 3 ? -1 : digit_of(text[1]);
    int low = len < 3 ? -1 : digit_of(text[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* NULL: it cannot be decoded. Caller frees. */
static char *
decode(const char *text, size_t len)
{
    struct buffer out = { 0 };
    bool is_good = true;
    for (size_t i = 0; i < len && is_good; i++) {
        int c = text[i] == '+' ? ' ' : (unsigned char)text[i];
        if (text[i] == '%') {
            c = escaped_byte(text + i, len - i);
            i += 2;
        }
        is_good = c > 0;
        if (is_good)
            buffer_add_char(&out, (char)c);
    }
    is_good = is_good && utf8_is_valid(out.data == NULL ? "" : out.data, out.len) &&
              !utf8_has_control(out.data == NULL ? "" : out.data, out.len, "\r\n\t");
    if (!is_good)
        buffer_clear(&out);
    return is_good ? buffer_take(&out) : NULL;
}

static bool
add_field(struct form *form, const char *text, size_t len)
{
    const char *equals = memchr(text, '=', len);
    size_t name_len = equals == NULL ? len : (size_t)(equals - text);
    if (len == 0)
        return true;
    if (form->count == FORM_FIELDS_MOST)
        return false;
    form->items = memory_resize(form->items, form->count + 1, sizeof *form->items);
    struct form_field *field = &form->items[form->count++];
    field->name = decode(text, name_len);
    field->value =
        equals == NULL ? string_copy("") : decode(equals + 1, len - name_len - 1);
    return field->name != NULL && field->value != NULL;
}

bool
form_read(struct form *form, const char *text, size_t len)
{
    bool is_good = true;
    for (size_t at = 0; at < len && is_good;) {
        const char *end = memchr(text + at, '&', len - at);
        size_t n = end == NULL ? len - at : (size_t)(end - text) - at;
        is_good = add_field(form, text + at, n);
        at += n + 1;
    }
    return is_good;
}

void
form_clear(struct form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        free(form->items[i].name);
        free(form->items[i].value);
    }
    free(form->items);
    *form = (struct form){ 0 };
}

const char *
form_value(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (form->items[i].name != NULL && strcmp(form->items[i].name, name) == 0)
            return form->items[i].value;
    }
    return NULL;
}
