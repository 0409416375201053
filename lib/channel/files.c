/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Requests for the files sender, what its answers mean, and names that last.
 */
#include "channel/files.h"

#include "base/digest.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct buffer *
files_add(struct request *request, char *name_taken)
{
    struct request_file *file;

    request->files =
        memory_resize(request->files, request->n_files + 1, sizeof(request->files[0]));
    file = &request->files[request->n_files++];
    memset(file, 0, sizeof(*file));
    file->name = name_taken;
    return &file->content;
}

enum status
files_check(const struct channel *channel, struct error *error)
{
    const char *directory = channel_setting(channel, "directory");

    if (directory != NULL && directory[strspn(directory, "/")] == '\0')
        return error_set(error, STATUS_INVALID,
                         "channel \"%s\": directory is the root of the file system; it "
                         "must be a folder of its own such as "
                         "\"/var/lib/budkavle-page\"",
                         channel->name);
    return STATUS_OK;
}

/* What only a person can mend, as the system's error text says it. */
static const char *const permission_texts[] = {
    "Permission denied",
    "Operation not permitted",
    "Read-only file system",
};

static bool
is_permission(const char *detail)
{
    for (size_t i = 0; i < ARRAY_COUNT(permission_texts); i++) {
        if (strstr(detail, permission_texts[i]) != NULL)
            return true;
    }
    return false;
}

static void
not_written(const struct channel *channel, const char *detail, struct outcome *outcome)
{
    const char *directory = channel_setting(channel, "directory");
    char *folder;

    if (!is_permission(detail)) {
        outcome->kind = OUTCOME_TRANSPORT;
        outcome->detail = utf8_printable(detail, strlen(detail), 190);
        return;
    }
    if (directory == NULL)
        directory = "";
    folder = utf8_printable(directory, strlen(directory), 60);
    outcome->kind = OUTCOME_CREDENTIALS;
    outcome->detail = string_format(
        "may not write in \"%s\": the folder must belong to the user that the daemon "
        "runs as and be writable in its unit (ReadWritePaths=)",
        folder);
    free(folder);
}

void
files_classify(const struct channel *channel, const struct reply *reply,
               bool has_recipient, int64_t now_ms, struct outcome *outcome)
{
    const char *detail = reply->detail != NULL ? reply->detail : "no reason was given";

    (void)has_recipient;
    (void)now_ms;
    outcome->retry_after_ms = -1;
    switch (reply->result) {
    case REPLY_ANSWERED:
        if (reply->code == 200)
            outcome->kind = OUTCOME_DELIVERED;
        else
            not_written(channel, detail, outcome);
        return;
    case REPLY_NOT_SENT:
    case REPLY_CERTIFICATE:
        not_written(channel, detail, outcome);
        return;
    case REPLY_UNKNOWN:
        outcome->kind = OUTCOME_UNKNOWN;
        break;
    case REPLY_FORBIDDEN:
    case REPLY_BAD_REQUEST:
    case REPLY_RESULT_COUNT:
        outcome->kind = OUTCOME_REFUSED;
        break;
    }
    outcome->detail = utf8_printable(detail, strlen(detail), 190);
}

void
files_urn(const char *what, const char *name, const char *language,
          char out[FILES_URN_SIZE])
{
    struct buffer text = { 0 };
    char hex[SHA256_HEX_SIZE];

    buffer_addf(&text, "budkavle %s %s %s", what, language, name);
    sha256_hex(text.data, text.len, hex);
    buffer_clear(&text);
    hex[12] = '8';
    hex[16] = "89ab"[(unsigned char)hex[16] & 3];
    (void)snprintf(out, FILES_URN_SIZE, "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", hex,
                   hex + 8, hex + 12, hex + 16, hex + 20);
}
