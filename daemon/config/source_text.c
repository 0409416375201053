/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading a configuration file as text, without its comments. */
#include "config/source.h"

#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    MAX_FILE_BYTES = 1024 * 1024,
    READ_BYTES = 16 * 1024
};

static enum status
read_file(const char *path, struct buffer *text, struct error *error)
{
    enum status status = STATUS_OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = 0;

    if (fd < 0) {
        return error_set(error, STATUS_IO, "cannot be read: %s", strerror(errno));
    }
    do {
        buffer_reserve(text, READ_BYTES);
        n = read(fd, text->data + text->len, READ_BYTES - 1);
        if (n > 0) {
            text->len += (size_t)n;
        }
    } while (n > 0 && text->len <= MAX_FILE_BYTES);
    if (n < 0) {
        status = error_set(error, STATUS_IO, "cannot be read: %s", strerror(errno));
    } else if (text->len > MAX_FILE_BYTES) {
        status = error_set(error, STATUS_LIMIT, "is larger than %d bytes",
                           (int)MAX_FILE_BYTES);
    }
    close(fd);
    return status;
}

static enum status
check_text(const struct buffer *text, size_t *bad_line, struct error *error)
{
    size_t line = 1;
    size_t start = 0;

    if (text->data == NULL) {
        return STATUS_OK; /* an empty file */
    }
    for (size_t i = 0; i <= text->len; i++) {
        if (i < text->len && text->data[i] != '\n') {
            continue;
        }
        if (!utf8_is_valid(text->data + start, i - start) ||
            memchr(text->data + start, '\0', i - start) != NULL) {
            *bad_line = line;
            return error_set(error, STATUS_INVALID, "is not UTF-8 text");
        }
        start = i + 1;
        line++;
    }
    return STATUS_OK;
}

/* The end of the quoted text that begins at start: the position behind it. */
static size_t
skip_quoted(const char *text, size_t start)
{
    char quote = text[start];
    size_t i = start + 1;

    while (text[i] != '\0' && text[i] != quote) {
        i += text[i] == '\\' && text[i + 1] != '\0' ? 2 : 1;
    }
    return text[i] == '\0' ? i : i + 1;
}

/* The end of the comment at start, or start when there is none. */
static size_t
comment_end(const char *text, size_t start)
{
    const char *end = NULL;

    if (text[start] == '#' || (text[start] == '/' && text[start + 1] == '/')) {
        return start + strcspn(text + start, "\n");
    }
    if (text[start] != '/' || text[start + 1] != '*') {
        return start;
    }
    end = strstr(text + start + 2, "*/");
    return end == NULL ? start + strlen(text + start) : (size_t)(end - text) + 2;
}

static void
blank_comments(char *text)
{
    size_t i = 0;

    while (text[i] != '\0') {
        size_t end = comment_end(text, i);

        if (text[i] == '"' || text[i] == '\'') {
            i = skip_quoted(text, i);
        } else if (end == i) {
            i++;
        }
        for (; i < end; i++) {
            if (text[i] != '\n') {
                text[i] = ' ';
            }
        }
    }
}

/*
 * libConfuse takes the end of a file for the end of a section: then a brace that was
 * forgotten would move what follows into another section without a word.
 */
static enum status
check_braces(const char *text, size_t *bad_line, struct error *error)
{
    size_t depth = 0;
    size_t line = 1;
    size_t opened = 0; /* line of the outermost open brace */
    size_t i = 0;

    while (text[i] != '\0') {
        size_t end = text[i] == '"' || text[i] == '\'' ? skip_quoted(text, i) : i + 1;

        if (text[i] == '{' && depth++ == 0) {
            opened = line;
        } else if (text[i] == '}' && depth > 0) {
            depth--;
        }
        for (; i < end; i++) {
            line += text[i] == '\n' ? 1 : 0;
        }
    }
    if (depth == 0) {
        return STATUS_OK;
    }
    *bad_line = opened;
    return error_set(error, STATUS_INVALID, "the \"{\" of line %zu has no \"}\"",
                     opened);
}

enum status
source_text(const char *path, char **text, size_t *bad_line, struct error *error)
{
    struct buffer read = { 0 };
    enum status status;

    *text = NULL;
    *bad_line = 0;
    status = read_file(path, &read, error);
    if (status != STATUS_OK) {
        buffer_clear(&read);
        return status;
    }
    status = check_text(&read, bad_line, error);
    buffer_add(&read, "\n");
    blank_comments(read.data);
    if (status == STATUS_OK) {
        status = check_braces(read.data, bad_line, error);
    }
    *text = buffer_take(&read);
    return status;
}
