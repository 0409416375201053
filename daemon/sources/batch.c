/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reading a batch of files and handing their events on.
 */
#include "base/digest.h"
#include "base/memory.h"
#include "codec/event_json.h"
#include "sources/file_name.h"
#include "sources/inbox_internal.h"
#include "sources/reading.h"

#include <stdlib.h>
#include <string.h>

/* The process died while it was parsed, and it has another chance. */
static bool
is_suspect(const struct seen_file *file)
{
    return file->deaths > 0 && file->deaths < INBOX_MAX_DEATHS;
}

/* Files that killed the process come last, and before them those that there was no room
 * for: what is urgent behind them must not wait. The rest by (modification time, name). */
static bool
comes_before(const struct seen_file *a, const struct seen_file *b)
{
    if ((a->deaths > 0) != (b->deaths > 0)) {
        return b->deaths > 0;
    }
    if ((a->room_tries > 0) != (b->room_tries > 0)) {
        return b->room_tries > 0;
    }
    if (a->mark.modified_ns != b->mark.modified_ns) {
        return a->mark.modified_ns < b->mark.modified_ns;
    }
    return strcmp(a->name, b->name) < 0;
}

void
batch_offer(struct inbox *inbox, struct seen_file *file)
{
    size_t at = inbox->n_batch;

    if (at == INBOX_BATCH_FILES) {
        if (!comes_before(file, inbox->batch[at - 1])) {
            return;
        }
        at--;
    } else {
        inbox->n_batch++;
    }
    for (; at > 0 && comes_before(file, inbox->batch[at - 1]); at--) {
        inbox->batch[at] = inbox->batch[at - 1];
    }
    inbox->batch[at] = file;
}

/* Cuts the batch to its size in bytes, and so that a file that killed the process is
 * parsed alone. */
static void
batch_trim(struct inbox *inbox)
{
    int64_t bytes = inbox->batch[0]->mark.size;
    size_t n = 1;

    while (n < inbox->n_batch && !is_suspect(inbox->batch[0]) &&
           !is_suspect(inbox->batch[n]) &&
           bytes + inbox->batch[n]->mark.size <= INBOX_BATCH_BYTES) {
        bytes += inbox->batch[n]->mark.size;
        n++;
    }
    inbox->n_batch = n;
}

static void
refuse(struct seen_file *file)
{
    file->fate = FATE_REJECTED;
    if (file->folder == FOLDER_DONE) {
        faults_add(&file->faults, 0, 0, "",
                   "the file had been taken before and was written to afterwards; what "
                   "was taken then is not undone");
    }
}

static void
try_later(struct seen_file *file, struct moment now)
{
    faults_clear(&file->faults);
    file->not_before_ms = now.mono_ms + INBOX_RETRY_MS;
}

/* Tried again after 5 s, then less often; at once when there is room. */
static void
wait_for_room(struct inbox *inbox, struct seen_file *file, struct moment now)
{
    int64_t pause_ms = INBOX_RETRY_MS;

    for (int i = 0; i < file->room_tries && pause_ms < INBOX_ROOM_MS; i++) {
        pause_ms *= 2;
    }
    pause_ms = pause_ms < INBOX_ROOM_MS ? pause_ms : INBOX_ROOM_MS;
    inbox_trouble(inbox, TROUBLE_FULL, now.mono_ms + pause_ms + INBOX_TROUBLE_MS,
                  "files wait in the spool because there is no room for them; they are "
                  "taken when there is");
    try_later(file, now);
    file->not_before_ms = now.mono_ms + pause_ms;
    file->room_tries++;
}

static bool
has_rested(const struct seen_file *file, int64_t rest_ms, struct moment now)
{
    return file->folder == FOLDER_NEW || now.mono_ms - file->since_ms >= rest_ms;
}

static void
take_events(struct inbox *inbox, struct seen_file *file, const char *sha256,
            struct events *events, struct moment now)
{
    enum status status = inbox->ports.take(inbox->ports.context, inbox->source,
                                           file->name, sha256, events, &file->faults);

    switch (status) {
    case STATUS_OK:
        file->fate = FATE_DONE;
        file->room_tries = 0;
        inbox->taken++;
        if (file->folder == FOLDER_DONE) {
            inbox_trouble(inbox, TROUBLE_GREW, now.mono_ms + INBOX_WATCH_DONE_MS,
                          "done/%s grew after it was taken, and was taken again in "
                          "full; senders should write elsewhere and rename into new/",
                          file->name);
        }
        break;
    case STATUS_INVALID:
    case STATUS_CONFLICT:
    case STATUS_REFUSED:
    case STATUS_LIMIT:
        refuse(file);
        break;
    case STATUS_NOT_FOUND:
    case STATUS_BUSY:
    case STATUS_FULL:
    case STATUS_IO:
    case STATUS_COUNT:
        wait_for_room(inbox, file, now);
        break;
    }
}

/* One event per line may lack its last lines without anything showing it. */
static bool
may_lack_lines(const struct buffer *content)
{
    return content->len > 0 && content->data[content->len - 1] != '\n' &&
           events_look_like_lines(content->data, content->len);
}

static void
take_content(struct inbox *inbox, struct seen_file *file, const struct buffer *content,
             struct moment now)
{
    char sha256[SHA256_HEX_SIZE];
    struct events events = { 0 };

    sha256_hex(content->data, content->len, sha256);
    if (inbox->ports.known(inbox->ports.context, inbox->source, file->name, sha256)) {
        file->fate = FATE_DONE;
        return;
    }
    if (!has_rested(file, LINES_REST_MS, now) && may_lack_lines(content)) {
        file->rest_ms = LINES_REST_MS;
        return;
    }
    enum status status =
        events_parse_with(content->data, content->len, inbox->source, &inbox->cap_kinds,
                          now.wall_ms, &events, &file->faults);
    if (status == STATUS_OK) {
        take_events(inbox, file, sha256, &events, now);
    } else if (status == STATUS_INVALID && !has_rested(file, UNPARSABLE_REST_MS, now)) {
        /* A half-written upload looks so. */
        faults_clear(&file->faults);
        file->rest_ms = UNPARSABLE_REST_MS;
    } else {
        refuse(file);
    }
    events_clear(&events);
}

static void
not_readable(struct inbox *inbox, struct seen_file *file, const struct error *error,
             bool forbidden, struct moment now)
{
    if (forbidden && now.mono_ms - file->since_ms >= UNPARSABLE_REST_MS) {
        faults_add(&file->faults, 0, 0, "",
                   "%s; files must be readable by the folder's group (umask 0007)",
                   error->text);
        refuse(file);
        return;
    }
    try_later(file, now);
    inbox_trouble(inbox, TROUBLE_READ, now.mono_ms + INBOX_TROUBLE_MS, "%s/%s: %s",
                  folder_name(file->folder), file->name, error->text);
}

static void
take_file(struct inbox *inbox, struct seen_file *file, struct moment now)
{
    struct buffer content = { 0 };
    struct error error = { 0 };

    if (file->deaths >= INBOX_MAX_DEATHS) {
        faults_add(&file->faults, 0, 0, "",
                   "the daemon ended unexpectedly %lld times while it read this file; "
                   "it was not read again and is kept here as it came",
                   (long long)file->deaths);
        refuse(file);
        return;
    }
    switch (read_file(inbox->folders.fds[file->folder], file->name, &file->mark,
                      &content, &error)) {
    case READ_WHOLE:
        inbox->ports.parsing(inbox->ports.context, inbox->source, file->name);
        take_content(inbox, file, &content, now);
        inbox->ports.parsing(inbox->ports.context, inbox->source, NULL);
        break;
    case READ_GONE:
    case READ_CHANGED:
        /* The next look sees what it is now; without one it is not tried again. */
        file->not_before_ms = now.mono_ms + INBOX_RETRY_MS;
        inbox->looked_at[file->folder].wanted = true;
        break;
    case READ_UNREADABLE:
        not_readable(inbox, file, &error, true, now);
        break;
    case READ_FAILED:
        not_readable(inbox, file, &error, false, now);
        break;
    }
    buffer_clear(&content);
}

/* True when there are files that are no suspects. */
static bool
learn_deaths(struct inbox *inbox)
{
    bool others = false;

    for (size_t i = 0; i < inbox->n_batch; i++) {
        struct seen_file *file = inbox->batch[i];

        if (file->deaths == DEATHS_UNKNOWN) {
            file->deaths =
                inbox->ports.deaths(inbox->ports.context, inbox->source, file->name);
        }
        others = others || !is_suspect(file);
    }
    return others;
}

/*
 * A file that the process died of waits while others do, longer with each death, and
 * comes last: the others get through before the process may die once more. With nobody
 * to wait for it is tried at once, or it would never be by a process that lives shorter
 * than it waits.
 */
static void
put_off_suspects(struct inbox *inbox, struct moment now)
{
    size_t kept = 0;

    if (!learn_deaths(inbox)) {
        return;
    }
    for (size_t i = 0; i < inbox->n_batch; i++) {
        struct seen_file *file = inbox->batch[i];

        if (is_suspect(file)) {
            file->not_before_ms = now.mono_ms + file->deaths * INBOX_RETRY_MS;
        } else {
            inbox->batch[kept++] = file;
        }
    }
    inbox->n_batch = kept;
}

bool
batch_take(struct inbox *inbox, struct moment now)
{
    put_off_suspects(inbox, now);
    batch_trim(inbox);
    for (size_t i = 0; i < inbox->n_batch; i++) {
        struct seen_file *file = inbox->batch[i];

        take_file(inbox, file, now);
        if (file->deaths > 0 && file->fate != FATE_NONE) {
            inbox->ports.survived(inbox->ports.context, inbox->source, file->name);
        }
    }
    return true;
}
