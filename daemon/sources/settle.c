/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What happens to a file after it was taken or refused.
 */
#include "sources/file_name.h"
#include "sources/inbox_internal.h"
#include "sources/moving.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

static void
try_later(struct inbox *inbox, struct seen_file *file, const struct error *error,
          struct moment now)
{
    file->not_before_ms = now.mono_ms + INBOX_RETRY_MS;
    inbox_trouble(inbox, TROUBLE_MOVE, now.mono_ms + INBOX_TROUBLE_MS, "%s",
                  error->text);
}

/* A file of done/ that grew is where it belongs already. */
static void
stay_in_done(struct seen_file *file, struct moment now)
{
    file->taken = file->mark;
    file->until_ms = now.mono_ms + INBOX_WATCH_DONE_MS;
    file->fate = FATE_NONE;
    file->rest_ms = 0;
}

static void
to_done(struct inbox *inbox, struct seen_file *file, struct moment now)
{
    struct error error = { 0 };
    char *final = NULL;

    if (file->folder == FOLDER_DONE) {
        stay_in_done(file, now);
        return;
    }
    enum status status =
        move_to_done(&inbox->folders, file->folder, file->name, &final, &error);
    if (status == STATUS_OK) {
        /* The sender may hold the file open still. */
        scan_add_taken(&inbox->looked_at[FOLDER_DONE].files, final, &file->mark,
                       now.mono_ms, now.mono_ms + INBOX_WATCH_DONE_MS);
    }
    if (status == STATUS_OK || status == STATUS_NOT_FOUND) {
        file->over = true;
    } else {
        try_later(inbox, file, &error, now);
    }
    free(final);
}

static void
to_rejected(struct inbox *inbox, struct seen_file *file, struct moment now)
{
    struct error error = { 0 };
    enum status status = move_to_rejected(&inbox->folders, file->folder, file->name,
                                          &file->faults, &error);

    if (status == STATUS_OK) {
        char *shown = file_name_escape(file->name);
        inbox->refused++;
        inbox->ports.refused(inbox->ports.context, inbox->source, shown, &file->faults);
        free(shown);
    }
    if (status == STATUS_OK || status == STATUS_NOT_FOUND) {
        file->over = true;
    } else {
        try_later(inbox, file, &error, now);
    }
}

void
settle_file(struct inbox *inbox, struct seen_file *file, struct moment now)
{
    struct stat info;

    if (fstatat(inbox->folders.fds[file->folder], file->name, &info,
                AT_SYMLINK_NOFOLLOW) < 0) {
        file->over = errno == ENOENT;
        file->not_before_ms = now.mono_ms + INBOX_RETRY_MS;
        return;
    }
    /* What was written to since it was read is read again, whole. */
    struct file_mark mark = scan_mark(&info);
    if (!scan_mark_equal(&mark, &file->mark)) {
        scan_changed(file, &mark, now.mono_ms);
        inbox->looked_at[file->folder].wanted = true;
        return;
    }
    if (file->fate == FATE_DONE) {
        to_done(inbox, file, now);
    } else if (file->fate == FATE_REJECTED) {
        to_rejected(inbox, file, now);
    }
}
