/* SPDX-License-Identifier: EUPL-1.2 */
/* The copy as text. */
#include "config/copy.h"

#include "base/digest.h"
#include "base/memory.h"
#include "base/strings.h"
#include "base/timestamp.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char magic[] = "budkavle configuration 1\n";
static const char digest_line[] = "sha256 ";

enum {
    DIGEST_LINE_BYTES = sizeof(digest_line) - 1 + SHA256_HEX_SIZE /* and a LF */
};

void
copy_clear(struct config_copy *copy)
{
    for (size_t i = 0; i < copy->n_texts; i++) {
        free(copy->texts[i].path);
        string_wipe(&copy->texts[i].text);
    }
    free(copy->texts);
    free(copy->file);
    free(copy->folder);
    *copy = (struct config_copy){ 0 };
}

void
copy_add(struct config_copy *copy, const char *path, char *text)
{
    copy->texts = memory_resize(copy->texts, copy->n_texts + 1, sizeof(*copy->texts));
    copy->texts[copy->n_texts++] =
        (struct config_text){ .path = string_copy(path), .text = text };
}

const char *
copy_find(const struct config_copy *copy, const char *path)
{
    for (size_t i = 0; i < copy->n_texts; i++) {
        if (strcmp(copy->texts[i].path, path) == 0) {
            return copy->texts[i].text;
        }
    }
    return NULL;
}

bool
copy_equal(const struct config_copy *a, const struct config_copy *b)
{
    bool same = string_equal(a->file, b->file) && string_equal(a->folder, b->folder) &&
                a->n_texts == b->n_texts;

    for (size_t i = 0; same && i < a->n_texts; i++) {
        same = strcmp(a->texts[i].path, b->texts[i].path) == 0 &&
               strcmp(a->texts[i].text, b->texts[i].text) == 0;
    }
    return same;
}

/* --- Writing ---------------------------------------------------------------------- */

/* With its length in front, so that it may have any bytes. */
static void
add_field(struct buffer *out, const char *name, const char *text)
{
    buffer_addf(out, "%s %zu\n", name, strlen(text));
    buffer_add(out, text);
    buffer_add_char(out, '\n');
}

void
copy_format(const struct config_copy *copy, struct buffer *out)
{
    char digest[SHA256_HEX_SIZE];
    char since[TIMESTAMP_SIZE];

    buffer_reset(out);
    buffer_add(out, magic);
    add_field(out, "since", timestamp_format(copy->since_ms, since));
    add_field(out, "file", copy->file);
    add_field(out, "folder", copy->folder);
    for (size_t i = 0; i < copy->n_texts; i++) {
        add_field(out, "path", copy->texts[i].path);
        add_field(out, "text", copy->texts[i].text);
    }
    sha256_hex(out->data, out->len, digest);
    buffer_addf(out, "%s%s\n", digest_line, digest);
}

/* --- Reading ---------------------------------------------------------------------- */

struct reader {
    const char *at, *end;
};

static bool
take_literal(struct reader *reader, const char *text)
{
    size_t len = strlen(text);
    bool is_there =
        (size_t)(reader->end - reader->at) >= len && memcmp(reader->at, text, len) == 0;

    reader->at += is_there ? len : 0;
    return is_there;
}

static bool
take_length(struct reader *reader, size_t *len)
{
    size_t left = (size_t)(reader->end - reader->at);
    const char *begin = reader->at;

    *len = 0;
    while (reader->at < reader->end && isdigit((unsigned char)*reader->at) != 0 &&
           *len <= left) {
        *len = *len * 10 + (size_t)(*reader->at++ - '0');
    }
    return reader->at > begin && take_literal(reader, "\n") &&
           *len < (size_t)(reader->end - reader->at);
}

/* The field of that name; NULL when another one, or none, stands there. Caller frees. */
static char *
take_field(struct reader *reader, const char *name)
{
    size_t len = 0;
    char *text = NULL;

    if (!take_literal(reader, name) || !take_literal(reader, " ") ||
        !take_length(reader, &len) || reader->at[len] != '\n' ||
        memchr(reader->at, '\0', len) != NULL) {
        return NULL;
    }
    text = string_copy_n(reader->at, len);
    reader->at += len + 1;
    return text;
}

static bool
take_since(struct reader *reader, int64_t *since_ms)
{
    char *text = take_field(reader, "since");
    bool is_right = text != NULL && timestamp_parse(text, since_ms);

    free(text);
    return is_right;
}

static bool
take_texts(struct reader *reader, struct config_copy *copy)
{
    while (reader->at < reader->end) {
        char *path = take_field(reader, "path");
        char *text = path == NULL ? NULL : take_field(reader, "text");

        if (text != NULL) {
            copy_add(copy, path, text);
        }
        free(path);
        if (text == NULL) {
            return false;
        }
    }
    return copy->n_texts > 0;
}

static bool
is_whole(const char *data, size_t len)
{
    char digest[SHA256_HEX_SIZE];
    const char *line = data + len - DIGEST_LINE_BYTES;

    sha256_hex(data, len - DIGEST_LINE_BYTES, digest);
    return memcmp(line, digest_line, sizeof(digest_line) - 1) == 0 &&
           memcmp(line + sizeof(digest_line) - 1, digest, SHA256_HEX_SIZE - 1) == 0 &&
           line[DIGEST_LINE_BYTES - 1] == '\n';
}

enum status
copy_parse(const char *data, size_t len, struct config_copy *copy, struct error *error)
{
    struct reader reader = { data, data + len };

    *copy = (struct config_copy){ 0 };
    if (len < DIGEST_LINE_BYTES || !take_literal(&reader, magic)) {
        return error_set(error, STATUS_INVALID,
                         "is no copy of a configuration that this version can read");
    }
    if (!is_whole(data, len)) {
        return error_set(error, STATUS_INVALID,
                         "is not as it was written: its digest is another one");
    }
    reader.end -= DIGEST_LINE_BYTES;
    if (!take_since(&reader, &copy->since_ms) ||
        (copy->file = take_field(&reader, "file")) == NULL ||
        (copy->folder = take_field(&reader, "folder")) == NULL ||
        !take_texts(&reader, copy)) {
        copy_clear(copy);
        return error_set(error, STATUS_INVALID,
                         "has something at byte %zu that no copy has",
                         (size_t)(reader.at - data));
    }
    return STATUS_OK;
}
