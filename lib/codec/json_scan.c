/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One pass over the characters of JSON text, counting brackets outside strings.
 */
#include "codec/json_scan.h"

#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A key longer than this is cut in a path. */
enum {
    PATH_KEY_MAX_BYTES = 60,
    PATH_MAX_DEPTH = 32
};

struct scanner {
    size_t depth, deepest;
    bool in_string, escaped;
};

bool
json_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

size_t
json_skip_space(const char *text, size_t len, size_t offset)
{
    while (offset < len && json_is_space(text[offset]))
        offset++;
    return offset;
}

/* A string ends at a line feed too: none may stand in one, so it was cut off there. */
static void
scan_in_string(struct scanner *scanner, char c)
{
    if (c == '\n' || (c == '"' && !scanner->escaped))
        scanner->in_string = false;
    scanner->escaped = c == '\\' && !scanner->escaped;
}

static void
scan(struct scanner *scanner, char c)
{
    if (scanner->in_string) {
        scan_in_string(scanner, c);
    } else if (c == '"') {
        scanner->in_string = true;
        scanner->escaped = false;
    } else if (c == '{' || c == '[') {
        scanner->depth++;
        if (scanner->depth > scanner->deepest)
            scanner->deepest = scanner->depth;
    } else if ((c == '}' || c == ']') && scanner->depth > 0) {
        scanner->depth--;
    }
}

size_t
json_depth(const char *text, size_t len)
{
    struct scanner scanner = { 0 };
    size_t i;

    for (i = 0; i < len; i++)
        scan(&scanner, text[i]);
    return scanner.deepest;
}

size_t
json_value_end(const char *text, size_t len)
{
    struct scanner scanner = { 0 };
    size_t i;

    for (i = 0; i < len; i++) {
        scan(&scanner, text[i]);
        if (scanner.deepest > 0 && scanner.depth == 0)
            return i + 1;
    }
    return SIZE_MAX;
}

size_t
json_element_end(const char *text, size_t len, size_t offset)
{
    struct scanner scanner = { 0 };
    size_t i;

    for (i = offset; i < len; i++) {
        if (scanner.depth == 0 && !scanner.in_string &&
            (text[i] == ',' || text[i] == ']' || text[i] == '}'))
            return i;
        scan(&scanner, text[i]);
    }
    return SIZE_MAX;
}

static bool
is_plain_key(const char *key, size_t len)
{
    size_t i = 0;

    while (i < len && key[i] > ' ' && key[i] < 0x7f)
        i++;
    return i == len && len <= PATH_KEY_MAX_BYTES;
}

void
json_path_add_key(struct buffer *path, const char *key, size_t len)
{
    char *printable;

    if (path->len > 0)
        buffer_add_char(path, '.');
    /* Nearly all keys; a path is made for each of them, fault or not. */
    if (is_plain_key(key, len)) {
        buffer_append(path, key, len);
        return;
    }
    printable = utf8_printable(key, len, PATH_KEY_MAX_BYTES);
    buffer_add(path, printable);
    free(printable);
}

void
json_path_add_index(struct buffer *path, size_t index)
{
    buffer_addf(path, "[%zu]", index);
}

/* One open object or array: its newest key, or the number of its element. */
struct level {
    bool is_array;
    const char *key; /* NULL before the first */
    size_t key_len;
    size_t index;
    bool wants_key;
};

struct walk {
    struct level levels[PATH_MAX_DEPTH];
    size_t depth;
};

static void
walk_open(struct walk *walk, bool is_array)
{
    if (walk->depth < PATH_MAX_DEPTH) {
        memset(&walk->levels[walk->depth], 0, sizeof(walk->levels[0]));
        walk->levels[walk->depth].is_array = is_array;
        walk->levels[walk->depth].wants_key = !is_array;
        walk->depth++;
    }
}

static void
walk_string(struct walk *walk, const char *text, size_t len)
{
    struct level *level;

    if (walk->depth == 0)
        return;
    level = &walk->levels[walk->depth - 1];
    if (!level->wants_key)
        return;
    level->key = text;
    level->key_len = len;
    level->wants_key = false;
}

static void
walk_comma(struct walk *walk)
{
    struct level *level;

    if (walk->depth == 0)
        return;
    level = &walk->levels[walk->depth - 1];
    level->index++;
    level->wants_key = !level->is_array;
}

static void
walk_mark(struct walk *walk, char c)
{
    if (c == '{' || c == '[')
        walk_open(walk, c == '[');
    else if ((c == '}' || c == ']') && walk->depth > 0)
        walk->depth--;
    else if (c == ',')
        walk_comma(walk);
}

/* The offset of the quote that ends the string whose quote is at start. */
static size_t
string_end(const char *text, size_t end, size_t start)
{
    struct scanner scanner = { 0 };
    size_t i = start;

    do {
        scan(&scanner, text[i]);
        i++;
    } while (i < end && scanner.in_string);
    return scanner.in_string ? end : i - 1;
}

void
json_path_at(const char *text, size_t offset, struct buffer *path)
{
    struct walk walk;
    size_t i;

    walk.depth = 0;
    for (i = 0; i < offset; i++) {
        if (text[i] == '"') {
            size_t end = string_end(text, offset, i);

            walk_string(&walk, text + i + 1, end > i ? end - i - 1 : 0);
            i = end;
        } else {
            walk_mark(&walk, text[i]);
        }
    }
    for (i = 0; i < walk.depth; i++) {
        if (walk.levels[i].is_array)
            json_path_add_index(path, walk.levels[i].index);
        else if (walk.levels[i].key != NULL)
            json_path_add_key(path, walk.levels[i].key, walk.levels[i].key_len);
    }
}
