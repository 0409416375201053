/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A restore: the backup is examined and copied beside the database, brought to the
 * present version and marked there, and only when it is whole on disk under the name
 * ".restored" is it decided. From then on it takes the place, by this process or by the
 * next start.
 */
#include "store/restore.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "store/aside.h"
#include "store/damage.h"
#include "store/database.h"
#include "store/filesystem.h"
#include "store/incidents.h"
#include "store/left.h"
#include "store/log.h"
#include "store/opening.h"
#include "store/rescue.h"
#include "store/restore_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
restore_report_clear(struct restore_report *report)
{
    for (size_t i = 0; i < report->n_losses; i++) {
        free(report->losses[i].file);
    }
    memset(report, 0, sizeof(*report));
}

/* --- Names beside the database ---------------------------------------------------- */

enum place_name {
    PLACE_UNFINISHED, /* the copy in the making */
    PLACE_RESTORED,   /* the copy, whole: it is decided */
    PLACE_PLAN,       /* under which ending the present database is kept */
    PLACE_COUNT
};

static char *
place(const char *path, enum place_name which)
{
    static const char *const endings[PLACE_COUNT] = {
        [PLACE_UNFINISHED] = "restore-part",
        [PLACE_RESTORED] = "restored",
        [PLACE_PLAN] = "restore-plan",
    };

    return string_format("%s.%s", path, endings[which]);
}

static void
remove_place(const char *path, enum place_name which, const char *more)
{
    char *name = place(path, which);
    char *whole = string_format("%s%s", name, more);

    (void)unlink(whole);
    free(whole);
    free(name);
}

static void
remove_unfinished(const char *path)
{
    static const char *const endings[] = { "", "-wal", "-journal", ".damage" };

    for (size_t i = 0; i < ARRAY_COUNT(endings); i++) {
        remove_place(path, PLACE_UNFINISHED, endings[i]);
    }
    remove_place(path, PLACE_PLAN, "");
}

/* --- Taking the place ------------------------------------------------------------- */

/* The ending that was planned; another one if the plan is gone, which it never is before
 * the present database has its new name. */
static void
read_plan(const char *path, int64_t now_ms, char ending[ASIDE_ENDING_SIZE])
{
    char *name = place(path, PLACE_PLAN);
    int file = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = file < 0 ? 0 : read(file, ending, ASIDE_ENDING_SIZE - 1);

    ending[n > 0 ? n : 0] = '\0';
    if (!aside_is_ending(ending, "before-restore")) {
        aside_choose(path, "before-restore", now_ms, ending);
    }
    if (file >= 0) {
        close(file);
    }
    free(name);
}

static bool
take_place(const char *path, const char *restored)
{
    struct stat status;
    char ending[ASIDE_ENDING_SIZE];
    char *kept;
    bool done;

    if (stat(restored, &status) != 0) {
        return false;
    }
    read_plan(path, status.st_mtime * SECONDS_MS, ending);
    kept = string_format("%s%s", path, ending);
    done = filesystem_exists(kept) || aside_move(path, ending);
    free(kept);
    if (!done || rename(restored, path) != 0 || !filesystem_sync_folder_of(path)) {
        return false;
    }
    damage_forget(path);
    return true;
}

enum status
restore_finish(const char *path, struct error *error)
{
    char *restored = place(path, PLACE_RESTORED);
    enum status status = STATUS_OK;

    if (filesystem_exists(restored) && !take_place(path, restored)) {
        status = error_set(error, STATUS_IO,
                           "the restored database %s cannot be renamed to %s: %s; its "
                           "folder must be writable",
                           restored, path, strerror(errno));
    }
    if (status == STATUS_OK) {
        remove_unfinished(path);
    }
    free(restored);
    return status;
}

/* --- Restoring -------------------------------------------------------------------- */

static enum status
check_file(const char *path, const char *file, struct error *error)
{
    struct stat given, present;

    if (stat(file, &given) != 0) {
        return error_set(error, STATUS_NOT_FOUND, "the backup %s cannot be read: %s",
                         file, strerror(errno));
    }
    if (!S_ISREG(given.st_mode)) {
        return error_set(error, STATUS_INVALID, "the backup %s is not a file", file);
    }
    if (stat(path, &present) == 0 && present.st_dev == given.st_dev &&
        present.st_ino == given.st_ino) {
        return error_set(error, STATUS_REFUSED,
                         "%s is the present database itself; name a backup", file);
    }
    return STATUS_OK;
}

static void
add_loss(struct restore_report *report, const char *backup, const char *file,
         const char *kept_as, struct row_numbers *given)
{
    struct restore_loss *loss = &report->losses[report->n_losses];

    if (restore_compare(backup, file, loss, given)) {
        loss->file = string_copy(kept_as);
        report->n_losses++;
    }
}

/* What stands there now, and what had been set aside when that was begun. */
static void
add_losses(const char *path, const char *part, const char *ending,
           struct restore_report *report, struct row_numbers *given)
{
    char *kept = string_format("%s%s", path, ending);
    char *earlier = filesystem_exists(path) ? restore_set_aside_by(path) : NULL;

    if (filesystem_exists(path)) {
        add_loss(report, part, path, kept, given);
    }
    if (earlier != NULL && filesystem_exists(earlier)) {
        add_loss(report, part, earlier, earlier, given);
    }
    free(earlier);
    free(kept);
}

/* What takes part in a restore. */
struct restoring {
    const char *path, *part, *file;
    int64_t now_ms;
};

/* What people did since the backup stays known, and who put it back. */
static void
carry_log(struct store *store, const struct restoring *restoring)
{
    char *earlier = filesystem_exists(restoring->path)
                        ? restore_set_aside_by(restoring->path)
                        : NULL;

    if (earlier != NULL && filesystem_exists(earlier)) {
        log_carry(store, earlier);
        left_carry(store, earlier);
    }
    if (filesystem_exists(restoring->path)) {
        log_carry(store, restoring->path);
        left_carry(store, restoring->path);
    }
    store_action_add(store, restoring->now_ms, (int64_t)geteuid(), "restore", 0, 0,
                     NULL, restoring->file);
    free(earlier);
}

/* The copy becomes a store of the present version that knows it was restored. */
static enum status
prepare_copy(const struct restoring *restoring, const struct row_numbers *given,
             struct restore_report *report, struct error *error)
{
    const struct opening opening = {
        .path = restoring->part,
        .now_ms = restoring->now_ms,
        .examine = true,
        .is_copy = true,
    };
    struct store *store = NULL;
    bool is_damaged;
    enum status status = store_open_as(&opening, &store, &is_damaged, error);

    if (status != STATUS_OK) {
        return status;
    }
    store_begin(store);
    if (given == NULL) {
        restore_describe(store, report);
    } else {
        carry_log(store, restoring);
        restore_mark(store, restoring->now_ms, given);
    }
    status = store_commit(store, error);
    store_close(store);
    return status;
}

/* Root restores for the user that the folder belongs to. */
static bool
give_to_owner(const char *path, const char *part)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? string_copy(".")
                                 : string_copy_n(path, (size_t)(slash - path) + 1);
    struct stat owner;
    bool done = geteuid() != 0 || (stat(folder, &owner) == 0 &&
                                   chown(part, owner.st_uid, owner.st_gid) == 0);

    free(folder);
    return done;
}

/* Closing moved the WAL into the file; one that is left would belong to no database. */
static enum status
decide(const char *path, const char *part, const char *ending, struct error *error)
{
    char *restored = place(path, PLACE_RESTORED);
    char *plan = place(path, PLACE_PLAN);
    char *wal = string_format("%s-wal", part);
    enum status status = STATUS_OK;

    if (filesystem_exists(wal) || !give_to_owner(path, part) ||
        !filesystem_sync_file(part) ||
        !filesystem_write_whole(plan, ending, strlen(ending)) ||
        rename(part, restored) != 0 || !filesystem_sync_folder_of(path)) {
        status = error_set(error, STATUS_IO,
                           "the copy %s could not be made durable: %s; the present "
                           "database is as it was",
                           part, strerror(errno));
    }
    free(wal);
    free(plan);
    free(restored);
    return status;
}

static enum status
restore_into(const char *path, const char *part, const char *file, int64_t now_ms,
             struct restore_report *report, struct error *error)
{
    const struct restoring restoring = { path, part, file, now_ms };
    struct row_numbers given = { 0 };
    char ending[ASIDE_ENDING_SIZE];
    enum status status = restore_copy(file, part, error);

    if (status == STATUS_OK) {
        status = prepare_copy(&restoring, NULL, report, error);
    }
    if (status == STATUS_OK) {
        aside_choose(path, "before-restore", now_ms, ending);
        add_losses(path, part, ending, report, &given);
        status = prepare_copy(&restoring, &given, report, error);
    }
    return status == STATUS_OK ? decide(path, part, ending, error) : status;
}

enum status
store_restore(const char *path, const char *file, int64_t now_ms,
              struct restore_report *report, struct error *error)
{
    char *part = place(path, PLACE_UNFINISHED);
    enum status status = restore_finish(path, error);

    restore_report_clear(report);
    if (status == STATUS_OK) {
        status = check_file(path, file, error);
    }
    if (status == STATUS_OK) {
        status = restore_into(path, part, file, now_ms, report, error);
        if (status != STATUS_OK) {
            remove_unfinished(path);
        }
    }
    if (status == STATUS_OK) {
        status = restore_finish(path, error);
    }
    free(part);
    return status;
}
