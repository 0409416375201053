/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * jansson's messages to sentences. The codes are coarse, so most rows go by the
 * beginning of its text; a message without a row is passed on as it is.
 */
#include "codec/event_syntax.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "codec/json_scan.h"

#include <stdlib.h>
#include <string.h>

enum {
    TOKEN_MAX_BYTES = 40
};

static const struct {
    const char *beginning;
    const char *sentence;
    bool shows_token;
} sentences[] = {
    { "duplicate object key", "stands twice in the same object", false },
    { "too big", "is a number that does not fit in 64 bits", false },
    { "real number overflow", "is a number that is too large", false },
    { "NUL byte in object key", "a field's name holds a control character", false },
    { "control character", "a control character stands in a string", false },
    { "unexpected newline", "a string is not closed at the end of its line", false },
    { "invalid escape",
      "after \\ in a string only \" \\ / b f n r t may stand, or u and "
      "four hexadecimal digits",
      false },
    { "invalid Unicode", "a \\u escape in a string is half a character", false },
    { "end of file expected", "there is more after the end of the event", true },
    { "':' expected", "a colon is expected after a field's name", true },
    { "'}' expected", "a comma or } is expected", true },
    { "']' expected", "a comma or ] is expected", true },
    { "string or '}' expected", "a field's name in double quotes is expected", true },
    { "unexpected token", "a value is expected", true },
    { "invalid token",
      "is not a value: a string in double quotes, a number, true, "
      "false, null, an object or a list",
      true },
};

static bool
begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* The row for what jansson says, or the number of rows. */
static size_t
find_sentence(const json_error_t *error)
{
    size_t i = 0;

    while (i < ARRAY_COUNT(sentences) &&
           !begins_with(error->text, sentences[i].beginning))
        i++;
    return i;
}

/* The token that jansson shows: "… near 'TOKEN'"; *len is 0 when it shows none. */
static const char *
shown_token(const json_error_t *error, size_t *len)
{
    const char *start = strstr(error->text, " near '");

    *len = 0;
    if (start == NULL)
        return "";
    start += strlen(" near '");
    *len = strlen(start);
    if (*len > 0 && start[*len - 1] == '\'')
        (*len)--;
    return start;
}

static void
add_sentence(struct buffer *out, const json_error_t *error)
{
    size_t row = find_sentence(error);
    const char *token;
    char *printable;
    size_t len;

    if (json_error_code(error) == json_error_premature_end_of_input) {
        buffer_add(out, "the text ends in the middle of the event; it is cut off");
        return;
    }
    if (row == ARRAY_COUNT(sentences)) {
        buffer_add(out, error->text);
        return;
    }
    buffer_add(out, sentences[row].sentence);
    token = shown_token(error, &len);
    if (!sentences[row].shows_token || len == 0)
        return;
    printable = utf8_printable(token, len, TOKEN_MAX_BYTES);
    buffer_addf(out, "; found %s", printable);
    free(printable);
}

/* jansson tells where a token ends; people look for where it begins. */
static size_t
first_column(const json_error_t *error)
{
    size_t column = (size_t)(error->column > 0 ? error->column : 1);
    size_t row = find_sentence(error);
    size_t characters = 0;
    size_t i, len;
    const char *token = shown_token(error, &len);

    if (row == ARRAY_COUNT(sentences) || !sentences[row].shows_token)
        return column;
    for (i = 0; i < len; i++)
        characters += ((unsigned char)token[i] & 0xC0) != 0x80;
    return characters > 0 && characters <= column ? column - characters + 1 : column;
}

/* In NDJSON the fault has its line; elsewhere the sentence says it. */
static void
add_place(struct buffer *out, const struct reader *reader,
          const struct input_place *start, const json_error_t *error)
{
    size_t column = first_column(error);
    size_t line = (size_t)(error->line > 0 ? error->line : 1);

    if (line == 1)
        column += start->column - 1;
    line += start->line - 1;
    if (reader->line == 0)
        buffer_addf(out, "line %zu, ", line);
    buffer_addf(out, "column %zu: ", column);
}

static bool
cannot_be_mended(const json_error_t *error)
{
    enum json_error_code code = json_error_code(error);

    return code == json_error_duplicate_key || code == json_error_numeric_overflow ||
           code == json_error_null_byte_in_key;
}

enum status
event_syntax_fault(struct reader *reader, const char *text,
                   const struct input_place *start, const json_error_t *error)
{
    struct buffer problem = { 0 };

    add_place(&problem, reader, start, error);
    add_sentence(&problem, error);
    if (error->position > 0)
        json_path_at(text, (size_t)error->position, &reader->path);
    reader_fault(reader, "%s", problem.data);
    reader_leave(reader, 0);
    buffer_clear(&problem);
    return cannot_be_mended(error) ? STATUS_REFUSED : STATUS_INVALID;
}
