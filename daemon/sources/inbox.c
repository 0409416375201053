/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * When a spool section is looked at, and what follows from what is seen.
 */
#include "sources/inbox.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "sources/inbox_internal.h"

#include <stdarg.h>
#include <stdlib.h>

enum {
    MOVES_IN_A_LOOK = 64, /* of files that were not read; the loop must go on */
    OFTEN_MS = 60 * 1000, /* how long looks stay frequent after a lost hint */
    FIRST_SWEEP_MS = 5 * 60 * 1000, /* after a start: the clock may not be right yet */
};

struct inbox *
inbox_new(const struct spool_settings *settings, const struct spool_ports *ports)
{
    struct inbox *inbox = memory_alloc(sizeof(*inbox));

    inbox->source = string_copy(settings->source);
    inbox->cap_kinds.otherwise = KIND_OTHER;
    if (settings->cap_kinds != NULL) {
        cap_kinds_copy(&inbox->cap_kinds, settings->cap_kinds);
    }
    inbox->path = string_copy(settings->path);
    inbox->settle_ms = settings->settle_ms;
    inbox->keep_ms = settings->keep_ms;
    inbox->ports = *ports;
    inbox->hinted = true;
    return inbox;
}

void
inbox_free(struct inbox *inbox)
{
    if (inbox == NULL) {
        return;
    }
    for (size_t i = 0; i < N_LOOKED_AT; i++) {
        scan_clear(&inbox->looked_at[i].files);
    }
    folders_close(&inbox->folders);
    free(inbox->source);
    cap_kinds_clear(&inbox->cap_kinds);
    free(inbox->path);
    free(inbox);
}

void
inbox_trouble(struct inbox *inbox, enum trouble trouble, int64_t until_ms,
              const char *format, ...)
{
    struct buffer text = { 0 };
    va_list arguments;

    va_start(arguments, format);
    buffer_addv(&text, format, arguments);
    va_end(arguments);
    char *printable = utf8_printable(text.data, text.len, ERROR_TEXT_SIZE - 8);
    (void)error_set(&inbox->troubles[trouble], STATUS_IO, "%s", printable);
    inbox->trouble_until_ms[trouble] = until_ms;
    free(printable);
    buffer_clear(&text);
}

void
inbox_trouble_over(struct inbox *inbox, enum trouble trouble)
{
    inbox->troubles[trouble] = (struct error){ 0 };
}

static void
want_everything(struct inbox *inbox)
{
    for (size_t i = 0; i < N_LOOKED_AT; i++) {
        inbox->looked_at[i].wanted = true;
        inbox->looked_at[i].may_scan_at_ms = 0;
    }
}

static enum status
open_folders(struct inbox *inbox, bool make_root, struct moment now,
             struct error *error)
{
    enum status status = folders_open(&inbox->folders, inbox->path, make_root, error);

    if (status != STATUS_OK) {
        return status;
    }
    inbox->generation++;
    inbox->next_check_ms = now.mono_ms + INBOX_RETRY_MS;
    inbox_trouble_over(inbox, TROUBLE_FOLDER);
    want_everything(inbox);
    return STATUS_OK;
}

enum status
inbox_open(struct inbox *inbox, struct moment now, struct error *error)
{
    enum status status = open_folders(inbox, true, now, error);

    if (status != STATUS_OK) {
        return status;
    }
    inbox->next_scan_ms = now.mono_ms;
    inbox->next_sweep_ms = now.mono_ms + FIRST_SWEEP_MS;
    inbox->clock_offset_ms = now.wall_ms - now.mono_ms;
    scan_recent(&inbox->looked_at[FOLDER_DONE].files, inbox->folders.fds[FOLDER_DONE],
                now.mono_ms, now.wall_ms, INBOX_WATCH_DONE_MS);
    return STATUS_OK;
}

/* True when the folders are there. Otherwise they are tried again every 5 s. */
static bool
keep_open(struct inbox *inbox, struct moment now)
{
    struct error error = { 0 };

    if (now.mono_ms < inbox->next_check_ms) {
        return inbox->folders.open;
    }
    inbox->next_check_ms = now.mono_ms + INBOX_RETRY_MS;
    if (inbox->folders.open &&
        folders_check(&inbox->folders, inbox->path, &error) == STATUS_OK) {
        return true;
    }
    folders_close(&inbox->folders);
    if (open_folders(inbox, false, now, &error) == STATUS_OK) {
        return true;
    }
    inbox_trouble(inbox, TROUBLE_FOLDER, TIME_NEVER, "%s; it is tried again every 5 s",
                  error.text);
    return false;
}

static bool
is_over(const struct seen_file *file, int64_t now_ms)
{
    (void)now_ms;
    return file->over;
}

/* True when a file was moved, or that was tried. */
static bool
consider(struct inbox *inbox, struct seen_file *file, struct moment now,
         int64_t *next_ms)
{
    struct decision decision = { .verdict = VERDICT_WAIT,
                                 .due_ms = file->not_before_ms };

    if (file->fate == FATE_NONE) {
        decision = scan_decide(file, inbox->settle_ms, now.mono_ms);
    } else if (now.mono_ms >= file->not_before_ms) {
        settle_file(inbox, file, now);
        return true;
    }
    switch (decision.verdict) {
    case VERDICT_LEAVE:
    case VERDICT_FOLDER:
        break;
    case VERDICT_WAIT:
        /* Whether a second name is gone shows only in a new look at the folder. */
        inbox->looked_at[file->folder].wanted |= file->links > 1;
        earlier(next_ms, decision.due_ms);
        break;
    case VERDICT_TAKE:
        batch_offer(inbox, file);
        break;
    case VERDICT_REFUSE:
        faults_add(&file->faults, 0, 0, "", "%s", decision.reason);
        file->fate = FATE_REJECTED;
        settle_file(inbox, file, now);
        return true;
    }
    return false;
}

static void
consider_all(struct inbox *inbox, struct moment now, int64_t *next_ms)
{
    size_t moves = 0;

    inbox->n_batch = 0;
    for (size_t i = 0; i < N_LOOKED_AT; i++) {
        struct seen_list *files = &inbox->looked_at[i].files;

        for (size_t j = 0; j < files->count && moves < MOVES_IN_A_LOOK; j++) {
            moves += consider(inbox, files->items[j], now, next_ms);
        }
    }
    /* A look that moved something knows only the next time what is due. */
    if (moves > 0) {
        earlier(next_ms, now.mono_ms);
    }
}

static void
remove_moved(struct inbox *inbox, struct moment now)
{
    for (size_t i = 0; i < N_LOOKED_AT; i++) {
        scan_remove(&inbox->looked_at[i].files, is_over, now.mono_ms);
    }
}

static void
forget_old_troubles(struct inbox *inbox, struct moment now)
{
    for (size_t i = 0; i < TROUBLE_COUNT; i++) {
        if (now.mono_ms >= inbox->trouble_until_ms[i]) {
            inbox_trouble_over(inbox, (enum trouble)i);
        }
    }
}

bool
inbox_look(struct inbox *inbox, struct moment now, int64_t *next_ms)
{
    *next_ms = TIME_NEVER;
    if (inbox->busy || inbox->stopped) {
        return false;
    }
    forget_old_troubles(inbox, now);
    bool open = keep_open(inbox, now);
    *next_ms = inbox->next_check_ms;
    if (!open) {
        return false;
    }
    survey_sweep(inbox, now);
    survey_scan(inbox, now, next_ms);
    consider_all(inbox, now, next_ms);
    if (inbox->n_batch > 0) {
        inbox->busy = batch_take(inbox, now);
        earlier(next_ms, now.mono_ms);
    }
    /* Nothing leaves a list while a batch points into it. */
    if (!inbox->busy) {
        remove_moved(inbox, now);
    }
    return inbox->busy;
}

void
inbox_committed(struct inbox *inbox, enum status status, struct moment now)
{
    for (size_t i = 0; i < inbox->n_batch; i++) {
        struct seen_file *file = inbox->batch[i];

        if (status != STATUS_OK) {
            file->fate = FATE_NONE;
            faults_clear(&file->faults);
            file->not_before_ms = now.mono_ms + INBOX_RETRY_MS;
            file->room_tries += status == STATUS_FULL;
        } else if (file->fate != FATE_NONE) {
            settle_file(inbox, file, now);
        }
    }
    if (status != STATUS_OK) {
        inbox_trouble(inbox, TROUBLE_STORE, now.mono_ms + INBOX_TROUBLE_MS,
                      "files wait in the spool because the store could not commit");
    }
    inbox->n_batch = 0;
    inbox->busy = false;
    remove_moved(inbox, now);
}

void
inbox_room(struct inbox *inbox)
{
    for (size_t i = 0; i < N_LOOKED_AT; i++) {
        const struct seen_list *files = &inbox->looked_at[i].files;

        for (size_t j = 0; j < files->count; j++) {
            if (files->items[j]->room_tries > 0) {
                files->items[j]->room_tries = 0;
                files->items[j]->not_before_ms = 0;
            }
        }
    }
    inbox_trouble_over(inbox, TROUBLE_FULL);
}

void
inbox_hint(struct inbox *inbox, enum folder folder)
{
    if (folder <= FOLDER_DONE) {
        inbox->looked_at[folder].wanted = true;
    }
}

void
inbox_hints_lost(struct inbox *inbox, struct moment now)
{
    inbox->often_until_ms = now.mono_ms + OFTEN_MS;
    inbox->next_scan_ms = now.mono_ms;
    inbox->next_check_ms = now.mono_ms;
}

void
inbox_set_hinted(struct inbox *inbox, bool hinted)
{
    inbox->hinted = hinted;
}

void
inbox_stop(struct inbox *inbox)
{
    inbox->stopped = true;
}

unsigned
inbox_generation(const struct inbox *inbox)
{
    return inbox->folders.open ? inbox->generation : 0;
}

static bool
is_waiting(const struct seen_file *file)
{
    return !file->over && !S_ISDIR(file->mode) &&
           !(file->folder == FOLDER_DROP && file->name_unfinished);
}

void
inbox_state(const struct inbox *inbox, struct spool_state *state)
{
    *state = (struct spool_state){ .taken = inbox->taken, .refused = inbox->refused };
    for (size_t i = 0; i <= FOLDER_DROP; i++) {
        const struct seen_list *files = &inbox->looked_at[i].files;

        for (size_t j = 0; j < files->count; j++) {
            state->waiting += is_waiting(files->items[j]);
        }
    }
    for (size_t i = TROUBLE_FOLDER; i <= TROUBLE_SCAN && state->lost == NULL; i++) {
        if (inbox->troubles[i].text[0] != '\0') {
            state->lost = inbox->troubles[i].text;
        }
    }
    for (size_t i = 0; i < TROUBLE_COUNT && state->trouble == NULL; i++) {
        if (inbox->troubles[i].text[0] != '\0') {
            state->trouble = inbox->troubles[i].text;
        }
    }
}
