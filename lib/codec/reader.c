/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rules for single values of outside JSON, and the sentences for breaking them.
 */
#include "codec/reader.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "codec/json_scan.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* A value that was found is shown up to this length. */
enum {
    SHOWN_MAX_BYTES = 60
};

size_t
reader_enter_key(struct reader *reader, const char *key)
{
    size_t mark = reader->path.len;

    json_path_add_key(&reader->path, key, strlen(key));
    return mark;
}

size_t
reader_enter_index(struct reader *reader, size_t index)
{
    size_t mark = reader->path.len;

    json_path_add_index(&reader->path, index);
    return mark;
}

void
reader_leave(struct reader *reader, size_t mark)
{
    reader->path.len = mark;
    if (reader->path.data != NULL)
        reader->path.data[mark] = '\0';
}

void
reader_fault(struct reader *reader, const char *format, ...)
{
    struct buffer problem = { 0 };
    va_list arguments;

    va_start(arguments, format);
    buffer_addv(&problem, format, arguments);
    va_end(arguments);
    reader->n_faults++;
    faults_add(reader->faults, reader->event, reader->line,
               reader->path.len > 0 ? reader->path.data : "", "%s", problem.data);
    buffer_clear(&problem);
}

static void
show_string(struct buffer *out, json_t *value)
{
    char *printable = utf8_printable(json_string_value(value),
                                     json_string_length(value), SHOWN_MAX_BYTES);

    buffer_addf(out, "\"%s\"", printable);
    free(printable);
}

/* What was found, for a sentence. */
static void
show_value(struct buffer *out, json_t *value)
{
    char *text;

    if (json_is_object(value)) {
        buffer_add(out, "an object");
    } else if (json_is_array(value)) {
        buffer_add(out, "a list");
    } else if (json_is_string(value)) {
        show_string(out, value);
    } else {
        text = json_dumps(value, JSON_ENCODE_ANY);
        buffer_add(out, text == NULL ? "this" : text);
        free(text);
    }
}

bool
reader_refuse(struct reader *reader, json_t *value, const char *what)
{
    struct buffer found = { 0 };

    show_value(&found, value);
    reader_fault(reader, "%s is not %s", found.data, what);
    buffer_clear(&found);
    return false;
}

bool
reader_string(struct reader *reader, json_t *value, size_t max_characters, char **out)
{
    const char *text = json_string_value(value);
    size_t length;

    if (text == NULL)
        return reader_refuse(reader, value, "a string");
    if (text[0] == '\0') {
        reader_fault(reader, "is empty; at least one character is needed");
        return false;
    }
    length = max_characters == 0 ? 0 : utf8_count_code_points(text);
    if (length > max_characters) {
        reader_fault(reader, "has %zu characters; at most %zu are allowed", length,
                     max_characters);
        return false;
    }
    string_replace(out, text);
    return true;
}

bool
reader_time(struct reader *reader, json_t *value, int64_t *time_ms)
{
    const char *text = json_string_value(value);

    if (text != NULL && timestamp_parse(text, time_ms))
        return true;
    return reader_refuse(reader, value,
                         "an RFC 3339 time with an offset, such as "
                         "2026-11-23T17:30:00+01:00 (years 2000 to 2100)");
}

bool
reader_integer(struct reader *reader, json_t *value, int64_t *out)
{
    json_int_t number = json_integer_value(value);

    if (!json_is_integer(value) || number < 0 || number > INTEGER_MAX)
        return reader_refuse(reader, value,
                             "a whole number from 0 to 9007199254740992");
    *out = number;
    return true;
}

int
reader_name(struct reader *reader, json_t *value, const struct names *names)
{
    const char *text = json_string_value(value);
    struct buffer found = { 0 };
    int index = text == NULL ? -1 : name_find(names, text);

    if (index >= 0)
        return index;
    show_value(&found, value);
    buffer_add(&found, " is not allowed; allowed are ");
    names_list(names, &found);
    reader_fault(reader, "%s", found.data);
    buffer_clear(&found);
    return -1;
}

static bool
is_subtag_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Two or three lower-case letters, then subtags of one to eight ("zh-Hant-TW"). */
static bool
is_language(const char *tag)
{
    size_t n = strspn(tag, "abcdefghijklmnopqrstuvwxyz");

    if (n < 2 || n > 3)
        return false;
    tag += n;
    while (*tag == '-') {
        tag++;
        for (n = 0; is_subtag_character(tag[n]); n++)
            continue;
        if (n < 1 || n > 8)
            return false;
        tag += n;
    }
    return *tag == '\0';
}

static bool
read_one_text(struct reader *reader, json_t *value, const char *language,
              struct localized *out)
{
    const char *text = json_string_value(value);
    size_t length;

    if (text == NULL)
        return reader_refuse(reader, value,
                             language[0] == '\0'
                                 ? "a text: a string, or an object of language to "
                                   "string such as {\"sv\": \"…\", \"en\": \"…\"}"
                                 : "a string");
    length = utf8_count_code_points(text);
    if (length > TEXT_MAX_CHARACTERS) {
        reader_fault(reader, "has %zu characters; at most %d are allowed", length,
                     (int)TEXT_MAX_CHARACTERS);
        return false;
    }
    if (length > 0)
        localized_add(out, language, text);
    return true;
}

static bool
read_language(struct reader *reader, const char *language, json_t *value,
              struct localized *out)
{
    size_t mark = reader_enter_key(reader, language);
    bool good = false;

    if (!is_language(language))
        reader_fault(reader, "is not a language tag, such as sv, en or nb-NO");
    else if (json_is_null(value))
        good = true;
    else
        good = read_one_text(reader, value, language, out);
    reader_leave(reader, mark);
    return good;
}

bool
reader_text(struct reader *reader, json_t *value, struct localized *out)
{
    size_t before = reader->n_faults;
    const char *language;
    json_t *text;

    if (!json_is_object(value))
        return read_one_text(reader, value, "", out);
    json_object_foreach(value, language, text)
    {
        read_language(reader, language, text, out);
    }
    return reader->n_faults == before;
}

bool
reader_time_member(struct reader *reader, json_t *value, void *out)
{
    return reader_time(reader, value, out);
}

bool
reader_text_member(struct reader *reader, json_t *value, void *out)
{
    return reader_text(reader, value, out);
}

static void
read_member(struct reader *reader, json_t *object, const struct reader_member *member,
            void *out)
{
    size_t mark = reader_enter_key(reader, member->key);
    json_t *value = json_object_get(object, member->key);

    if (value != NULL && !json_is_null(value))
        member->read(reader, value, (char *)out + member->offset);
    else if (member->required)
        reader_fault(reader, "is missing");
    reader_leave(reader, mark);
}

bool
reader_members(struct reader *reader, json_t *object,
               const struct reader_member *members, size_t n_members, void *out)
{
    size_t before = reader->n_faults;
    size_t i;

    for (i = 0; i < n_members; i++)
        read_member(reader, object, &members[i], out);
    return reader->n_faults == before;
}

static bool
is_ascii_text(const char *text, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        if ((unsigned char)text[i] < 0x20 || (unsigned char)text[i] > 0x7e)
            return false;
    }
    return true;
}

static bool
has_control(const char *text, size_t len)
{
    return memchr(text, '\0', len) != NULL || utf8_has_control(text, len, "\n");
}

static void
clean_string(struct reader *reader, json_t *value)
{
    const char *text = json_string_value(value);
    size_t len = json_string_length(value);
    char *normal;

    /* Nearly all strings are plain, and plain ones are normal already. */
    if (is_ascii_text(text, len))
        return;
    if (has_control(text, len)) {
        reader_refuse(reader, value,
                      "allowed: it holds a control character other than line feed");
        return;
    }
    normal = utf8_normalise(text);
    json_string_set(value, normal);
    free(normal);
}

static void
clean_member(struct reader *reader, const char *key, json_t *value)
{
    size_t mark = reader_enter_key(reader, key);

    if (has_control(key, strlen(key)))
        reader_fault(reader, "the field's name holds a control character");
    reader_clean(reader, value);
    reader_leave(reader, mark);
}

static void
clean_element(struct reader *reader, size_t index, json_t *value)
{
    size_t mark = reader_enter_index(reader, index);

    reader_clean(reader, value);
    reader_leave(reader, mark);
}

/* Recursion is as deep as the value, which was limited before it was parsed. */
void
reader_clean(struct reader *reader, json_t *value)
{
    const char *key;
    json_t *member;
    size_t i;

    if (json_is_string(value))
        clean_string(reader, value);
    json_object_foreach(value, key, member)
    {
        clean_member(reader, key, member);
    }
    json_array_foreach(value, i, member)
    {
        clean_element(reader, i, member);
    }
}
