/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Setting a damaged database aside. The note beside it says so before the first rename
 * and goes when the new database says that it is in safe mode: a crash in between is
 * finished by the next start, and never separates a database from its WAL.
 */
#include "store/rescue.h"

#include "base/log.h"
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
#include "store/restore.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    SUSPICIONS_MOST = 3 /* so often damage was met where no examination finds it */
};

static const char note_safe_mode[] = "safe_mode";
static const char note_set_aside[] = "set_aside";

/* --- Safe mode -------------------------------------------------------------------- */

char *
store_safe_mode(struct store *store)
{
    return store_note_find(store, note_safe_mode);
}

char *
store_set_aside_name(struct store *store)
{
    return store_note_find(store, note_set_aside);
}

void
store_safe_mode_end(struct store *store)
{
    store_note_drop(store, note_safe_mode);
    store_note_drop(store, note_set_aside);
}

/* --- Setting aside ---------------------------------------------------------------- */

/* Notes that it is to be done, so that it will be. */
static enum status
decide(const char *path, int64_t now_ms, const char *reason, struct damage *damage,
       struct error *error)
{
    damage->stage = DAMAGE_ASIDE;
    string_replace(&damage->reason, reason);
    aside_choose(path, "damaged", now_ms, damage->name);
    return damage_save(path, damage, error);
}

static void
enter_safe_mode(struct store *store, const struct damage *damage, int64_t now_ms)
{
    char *name = string_format("%s%s", store->path, damage->name);
    char at[TIMESTAMP_SIZE];
    char *why = string_format("%s; it was set aside as %s at %s",
                              damage->reason != NULL ? damage->reason
                                                     : "the database is damaged",
                              name, timestamp_format_seconds(now_ms, at));

    store_begin(store);
    store_note_save(store, note_safe_mode, why);
    store_note_save(store, note_set_aside, name);
    /* Of what was known, what people did is kept, as far as it can be read. */
    log_carry(store, name);
    left_carry(store, name);
    store_action_add(store, now_ms, ACT_BY_DAEMON, "set-aside", 0, 0, NULL, why);
    free(why);
    free(name);
}

/* What of this a start that was cut off has done is not done again. */
static enum status
begin_anew(const char *path, int64_t now_ms, const struct damage *damage,
           struct store **store, struct error *error)
{
    const struct opening opening = { .path = path, .now_ms = now_ms };
    char *name = string_format("%s%s", path, damage->name);
    bool is_moved = filesystem_exists(name);
    enum status status;
    bool is_damaged;

    free(name);
    if (!is_moved && !aside_move(path, damage->name)) {
        return error_set(error, STATUS_IO,
                         "the damaged database %s cannot be renamed to %s%s: %s; its "
                         "folder must be writable",
                         path, path, damage->name, strerror(errno));
    }
    status = store_open_as(&opening, store, &is_damaged, error);
    if (status != STATUS_OK) {
        return status;
    }
    enter_safe_mode(*store, damage, now_ms);
    status = store_commit(*store, error);
    if (status == STATUS_OK) {
        damage_forget(path);
    } else {
        store_close(*store);
        *store = NULL;
    }
    return status;
}

/* --- Opening ---------------------------------------------------------------------- */

/* An examination that found nothing is remembered for a day: damage that is met again
 * and again all the same is damage. */
static enum status
keep_in_mind(const char *path, int64_t now_ms, struct damage *damage,
             struct error *error)
{
    char *note = string_format("%s.damage", path);
    struct stat status = { 0 };
    bool is_old = stat(note, &status) == 0 &&
                  now_ms / SECONDS_MS - status.st_mtime > DAYS_MS / SECONDS_MS;

    free(note);
    if (damage->stage == DAMAGE_EXAMINED && is_old) {
        damage_forget(path);
    }
    if (damage->stage != DAMAGE_SUSPECTED) {
        return STATUS_OK;
    }
    log_warning("store: damage was met (%s), and an examination found none",
                damage->reason);
    damage->stage = DAMAGE_EXAMINED;
    return damage_save(path, damage, error);
}

static bool
is_met_too_often(const struct damage *damage)
{
    return damage->stage == DAMAGE_SUSPECTED && damage->times >= SUSPICIONS_MOST;
}

static enum status
open_noted(const char *path, int64_t now_ms, struct damage *damage,
           struct store **store, struct error *error)
{
    const struct opening opening = { .path = path,
                                     .now_ms = now_ms,
                                     .examine = damage->stage == DAMAGE_SUSPECTED };
    bool is_damaged = false;
    enum status status = store_open_as(&opening, store, &is_damaged, error);

    if (status == STATUS_OK && is_met_too_often(damage)) {
        store_close(*store);
        *store = NULL;
        is_damaged = true;
        error_set(error, STATUS_INVALID, "the database %s is damaged (%s)", path,
                  damage->reason);
    }
    if (is_damaged) {
        status = decide(path, now_ms, error->text, damage, error);
        return status == STATUS_OK ? begin_anew(path, now_ms, damage, store, error)
                                   : status;
    }
    return status == STATUS_OK ? keep_in_mind(path, now_ms, damage, error) : status;
}

enum status
store_open_or_rescue(const char *path, int64_t now_ms, struct store **store,
                     struct error *error)
{
    struct damage damage = { 0 };
    enum status status = restore_finish(path, error);

    *store = NULL;
    if (status != STATUS_OK) {
        return status;
    }
    damage_load(path, &damage);
    status = damage.stage == DAMAGE_ASIDE
                 ? begin_anew(path, now_ms, &damage, store, error)
                 : open_noted(path, now_ms, &damage, store, error);
    damage_clear(&damage);
    return status;
}
