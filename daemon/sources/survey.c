/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Looking through the folders of an inbox as often as is needed, and removing what is
 * old.
 */
#include "base/timestamp.h"
#include "sources/inbox_internal.h"
#include "sources/moving.h"

enum {
    CLOCK_JUMP_MS = 10 * 60 * 1000
};

static int64_t
rescan_ms(const struct inbox *inbox, struct moment now)
{
    bool blind = !inbox->hinted || inbox->folders.on_network ||
                 now.mono_ms < inbox->often_until_ms;

    return blind ? INBOX_RESCAN_BLIND_MS : INBOX_RESCAN_MS;
}

static bool
is_unwatched(const struct seen_file *file, int64_t now_ms)
{
    return file->over || (now_ms >= file->until_ms && file->fate == FATE_NONE &&
                          scan_mark_equal(&file->mark, &file->taken));
}

static void
report_sub_folder(struct inbox *inbox)
{
    inbox_trouble_over(inbox, TROUBLE_SUBFOLDER);
    for (size_t i = 0; i <= FOLDER_DROP; i++) {
        const struct seen_list *files = &inbox->looked_at[i].files;

        for (size_t j = 0; j < files->count; j++) {
            if (S_ISDIR(files->items[j]->mode) && files->items[j]->name[0] != '.') {
                inbox_trouble(inbox, TROUBLE_SUBFOLDER, TIME_NEVER,
                              "%s/%s is a folder and is left alone; files are taken "
                              "only from %s/ itself",
                              folder_name((enum folder)i), files->items[j]->name,
                              folder_name((enum folder)i));
                return;
            }
        }
    }
}

/* A look costs as much as there are files, so the more there are the rarer it is. */
static int64_t
pause_after_scan_ms(const struct looked_at *looked_at)
{
    return 20 + (int64_t)(looked_at->files.count / 20);
}

static void
scan_one(struct inbox *inbox, enum folder folder, struct moment now)
{
    struct looked_at *looked_at = &inbox->looked_at[folder];
    struct error error = { 0 };
    int fd = inbox->folders.fds[folder];

    looked_at->wanted = false;
    if (folder == FOLDER_DONE) {
        scan_known(&looked_at->files, fd, now.mono_ms);
        scan_remove(&looked_at->files, is_unwatched, now.mono_ms);
    } else if (scan_folder(&looked_at->files, folder, fd, now.mono_ms, &error) ==
               STATUS_OK) {
        report_sub_folder(inbox);
    } else {
        looked_at->wanted = true;
        looked_at->may_scan_at_ms = now.mono_ms + INBOX_RETRY_MS;
        inbox_trouble(inbox, TROUBLE_SCAN, now.mono_ms + INBOX_TROUBLE_MS, "%s: %s",
                      inbox->path, error.text);
        return;
    }
    looked_at->may_scan_at_ms = now.mono_ms + pause_after_scan_ms(looked_at);
}

void
survey_scan(struct inbox *inbox, struct moment now, int64_t *next_ms)
{
    if (now.mono_ms >= inbox->next_scan_ms) {
        inbox->next_scan_ms = now.mono_ms + rescan_ms(inbox, now);
        for (size_t i = 0; i < N_LOOKED_AT; i++) {
            inbox->looked_at[i].wanted = true;
        }
    }
    for (size_t i = 0; i < N_LOOKED_AT; i++) {
        if (inbox->looked_at[i].wanted &&
            now.mono_ms >= inbox->looked_at[i].may_scan_at_ms) {
            scan_one(inbox, (enum folder)i, now);
        }
        if (inbox->looked_at[i].wanted) {
            earlier(next_ms, inbox->looked_at[i].may_scan_at_ms);
        }
    }
    earlier(next_ms, inbox->next_scan_ms);
}

void
survey_sweep(struct inbox *inbox, struct moment now)
{
    int64_t offset_ms = now.wall_ms - now.mono_ms;
    int64_t jump_ms = offset_ms - inbox->clock_offset_ms;

    if (now.mono_ms < inbox->next_sweep_ms || inbox->keep_ms <= 0) {
        return;
    }
    inbox->next_sweep_ms = now.mono_ms + INBOX_SWEEP_MS;
    inbox->clock_offset_ms = offset_ms;
    if (jump_ms > CLOCK_JUMP_MS || jump_ms < -CLOCK_JUMP_MS) {
        return;
    }
    (void)remove_older(inbox->folders.fds[FOLDER_DONE], now.wall_ms - inbox->keep_ms);
    (void)remove_older(inbox->folders.fds[FOLDER_REJECTED],
                       now.wall_ms - inbox->keep_ms);
}
