/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * SQLite's backup on the store's own connection. The copy is scratch: it is synced by
 * whoever keeps it, so nothing here waits for a disk.
 */
#include "store/backup.h"

#include "base/memory.h"
#include "store/damage.h"
#include "store/database.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    SPARE_BYTES = 16 * 1024 * 1024
};

struct backup {
    char *path;
    struct store *store;
    sqlite3 *copy;
    sqlite3_backup *running; /* NULL once the copy is whole */
};

static const char scratch[] = "PRAGMA locking_mode = EXCLUSIVE;"
                              "PRAGMA journal_mode = MEMORY;"
                              "PRAGMA synchronous = OFF;"
                              "PRAGMA mmap_size = 0;"
                              "PRAGMA cache_size = -2048";

static enum status
failed(const struct backup *backup, int code, struct error *error)
{
    const char *what =
        backup->copy != NULL ? sqlite3_errmsg(backup->copy) : sqlite3_errstr(code);

    if ((code & 0xff) == SQLITE_FULL) {
        return error_set(error, STATUS_FULL,
                         "there is no room for the copy %s; it takes as much as the "
                         "database: make room on that disk",
                         backup->path);
    }
    if (damage_is_certain(code)) {
        store_fail(backup->store, code);
    }
    return error_set(error, STATUS_IO, "the copy %s cannot be made: %s", backup->path,
                     what);
}

/* The copy may take neither the room of what is urgent nor the whole disk. */
static enum status
check_room(const struct backup *backup, struct error *error)
{
    int64_t n_pages, page_size;
    struct statvfs disk;
    int64_t free_bytes;

    if (!database_integer(backup->store, "PRAGMA page_count", &n_pages) ||
        !database_integer(backup->store, "PRAGMA page_size", &page_size) ||
        statvfs(backup->store->path, &disk) != 0) {
        return STATUS_OK; /* whoever writes says what is wrong */
    }
    free_bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    if (free_bytes >= n_pages * page_size + SPARE_BYTES) {
        return STATUS_OK;
    }
    return error_set(error, STATUS_FULL,
                     "there is no room for the copy %s: it takes %lld MiB and some to "
                     "spare, and %lld MiB are free: make room on that disk",
                     backup->path, (long long)(n_pages * page_size >> 20) + 1,
                     (long long)(free_bytes >> 20));
}

/* An empty file first, so that nobody else can read the copy. */
static int
open_copy(struct backup *backup)
{
    int file;
    int code;

    (void)unlink(backup->path);
    file = open(backup->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return SQLITE_CANTOPEN;
    }
    close(file);
    code = sqlite3_open_v2(
        backup->path, &backup->copy,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    return code != SQLITE_OK ? code
                             : sqlite3_exec(backup->copy, scratch, NULL, NULL, NULL);
}

enum status
backup_begin(struct store *store, struct backup **backup, struct error *error)
{
    struct backup *begun = memory_alloc(sizeof(*begun));
    enum status status = STATUS_OK;
    int code;

    begun->store = store;
    begun->path = string_format("%s.backup", store->path);
    status = check_room(begun, error);
    if (status != STATUS_OK) {
        backup_end(begun);
        *backup = NULL;
        return status;
    }
    code = open_copy(begun);
    if (code == SQLITE_OK) {
        begun->running =
            sqlite3_backup_init(begun->copy, "main", store->connection, "main");
        code = begun->running == NULL ? sqlite3_errcode(begun->copy) : SQLITE_OK;
    }
    if (code != SQLITE_OK) {
        status = failed(begun, code, error);
        backup_end(begun);
        begun = NULL;
    }
    *backup = begun;
    return status;
}

void
backup_end(struct backup *backup)
{
    if (backup == NULL) {
        return;
    }
    (void)sqlite3_backup_finish(backup->running);
    (void)sqlite3_close(backup->copy);
    (void)unlink(backup->path);
    free(backup->path);
    free(backup);
}

void
backup_forget(const char *store_path)
{
    char *path = string_format("%s.backup", store_path);

    (void)unlink(path);
    free(path);
}

/* One file without a WAL, which says when it was made. */
static int
finish(struct backup *backup, int64_t now_ms)
{
    int code = sqlite3_backup_finish(backup->running);
    char *sql;

    backup->running = NULL;
    if (code != SQLITE_OK) {
        return code;
    }
    sql = sqlite3_mprintf("PRAGMA journal_mode = MEMORY;"
                          "INSERT INTO meta (name, value) VALUES"
                          " ('backup_at_ms', '%lld') ON CONFLICT (name)"
                          " DO UPDATE SET value = excluded.value",
                          (long long)now_ms);
    code =
        sql == NULL ? SQLITE_NOMEM : sqlite3_exec(backup->copy, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    if (code == SQLITE_OK) {
        code = sqlite3_close(backup->copy);
        backup->copy = NULL;
    }
    return code;
}

enum status
backup_step(struct backup *backup, int n_pages, int64_t now_ms, bool *done,
            struct error *error)
{
    int code;

    *done = false;
    if (store_in_transaction(backup->store)) {
        return STATUS_OK;
    }
    code = sqlite3_backup_step(backup->running, n_pages);
    if (code == SQLITE_DONE) {
        *done = true;
        code = finish(backup, now_ms);
    }
    if (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) {
        return STATUS_OK;
    }
    *done = false;
    return failed(backup, code, error);
}

int
backup_open_copy(const struct backup *backup)
{
    return open(backup->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}
