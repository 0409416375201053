/* SPDX-License-Identifier: EUPL-1.2 */
/* The note of damage beside a database: one line of what, one of why. */
#include "store/damage.h"

#include "base/buffer.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "store/filesystem.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    NOTE_MAX_BYTES = 4096,
    TIMES_MOST = 1000
};

static const char *const stage_names[DAMAGE_STAGE_COUNT] = {
    [DAMAGE_NONE] = "none",
    [DAMAGE_SUSPECTED] = "suspected",
    [DAMAGE_EXAMINED] = "examined",
    [DAMAGE_ASIDE] = "aside",
};

bool
damage_is_certain(int code)
{
    static const int codes[] = { SQLITE_CORRUPT, SQLITE_NOTADB };

    for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
        if ((code & 0xff) == codes[i]) {
            return true;
        }
    }
    return code == SQLITE_IOERR_SHORT_READ;
}

bool
damage_is_meant(int code)
{
    static const int codes[] = { SQLITE_ERROR, SQLITE_SCHEMA, SQLITE_CONSTRAINT,
                                 SQLITE_MISMATCH, SQLITE_TOOBIG };

    for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
        if ((code & 0xff) == codes[i]) {
            return true;
        }
    }
    return damage_is_certain(code);
}

void
damage_clear(struct damage *damage)
{
    free(damage->reason);
    memset(damage, 0, sizeof(*damage));
}

/* --- The file --------------------------------------------------------------------- */

static char *
note_path(const char *path)
{
    return string_format("%s.damage", path);
}

static void
parse(char *text, struct damage *damage)
{
    char *reason = strchr(text, '\n');
    char stage[16] = "";
    char name[ASIDE_ENDING_SIZE] = "";
    char times[24] = "";

    damage->stage = DAMAGE_SUSPECTED;
    damage->times = 1;
    if (reason == NULL || sscanf(text, "%15s %23s %63s", stage, times, name) < 2) {
        damage->reason = string_copy("the note of it is unreadable");
        return;
    }
    reason[strcspn(reason, "\n")] = '\0';
    damage->reason = utf8_printable(reason, strlen(reason), NOTE_MAX_BYTES);
    damage->times = strtoll(times, NULL, 10);
    if (damage->times < 0 || damage->times > TIMES_MOST) {
        damage->times = 1;
    }
    if (strcmp(stage, stage_names[DAMAGE_EXAMINED]) == 0) {
        damage->stage = DAMAGE_EXAMINED;
    } else if (strcmp(stage, stage_names[DAMAGE_ASIDE]) == 0 &&
               aside_is_ending(name, "damaged")) {
        damage->stage = DAMAGE_ASIDE;
        memcpy(damage->name, name, sizeof(name));
    }
}

void
damage_load(const char *path, struct damage *damage)
{
    char *note = note_path(path);
    int file = open(note, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char text[NOTE_MAX_BYTES + 1];
    ssize_t n;

    damage_clear(damage);
    free(note);
    if (file < 0) {
        return;
    }
    n = read(file, text, NOTE_MAX_BYTES);
    text[n > 0 ? n : 0] = '\0';
    close(file);
    parse(text, damage);
}

enum status
damage_save(const char *path, const struct damage *damage, struct error *error)
{
    char *note = note_path(path);
    struct buffer text = { 0 };
    enum status status = STATUS_OK;

    buffer_addf(&text, "%s %" PRId64 "%s%s\n%s\n", stage_names[damage->stage],
                damage->times, damage->name[0] != '\0' ? " " : "", damage->name,
                damage->reason != NULL ? damage->reason : "");
    if (!filesystem_write_whole(note, text.data, text.len)) {
        status = error_set(error, STATUS_IO,
                           "%s cannot be written: %s; its folder must be writable",
                           note, strerror(errno));
    }
    buffer_clear(&text);
    free(note);
    return status;
}

void
damage_suspect(const char *path, const char *reason, bool is_certain)
{
    struct damage damage = { 0 };
    struct error error = { 0 };

    damage_load(path, &damage);
    if (damage.stage != DAMAGE_ASIDE) {
        damage.stage = DAMAGE_SUSPECTED;
        damage.times += is_certain ? 1 : 0;
        string_replace(&damage.reason, reason);
        if (damage_save(path, &damage, &error) != STATUS_OK) {
            log_error("store: %s", error.text);
        }
    }
    damage_clear(&damage);
}

void
damage_forget(const char *path)
{
    char *note = note_path(path);

    if (unlink(note) == 0) {
        (void)filesystem_sync_folder_of(path);
    }
    free(note);
}
