/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What tells a damaged database from one that only cannot be read now, and the note
 * beside it ("PATH.damage") that lets the next start know of damage met by this one.
 * For the files of this folder.
 */
#ifndef BUDKAVLE_STORE_DAMAGE_H
#define BUDKAVLE_STORE_DAMAGE_H

#include "base/status.h"
#include "store/aside.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

/* Does this code of SQLite mean that the content of the file is not what this program
 * wrote? A lack of room, a lock or a failing disk do not. */
bool damage_is_meant(int code);
/* The file itself is damaged: no fault in a statement could cause such a code. */
bool damage_is_certain(int code);

enum damage_stage {
    DAMAGE_NONE,
    DAMAGE_SUSPECTED, /* met while running: the next start examines everything */
    DAMAGE_EXAMINED,  /* suspected, and the examination found nothing */
    DAMAGE_ASIDE,     /* examined, and on its way to another name */
    DAMAGE_STAGE_COUNT
};

/* The note. Valid when zeroed. */
struct damage {
    enum damage_stage stage;
    int64_t times;                /* that the file itself was found damaged */
    char name[ASIDE_ENDING_SIZE]; /* ASIDE: the new name's ending, ".damaged-…" */
    char *reason;
};
void damage_clear(struct damage *damage);

/* Nothing, or an unreadable note (which is a suspicion), is no failure. */
void damage_load(const char *path, struct damage *damage);
enum status damage_save(const char *path, const struct damage *damage,
                        struct error *error);
/* Adds a suspicion; says so in the log when it cannot be written. */
void damage_suspect(const char *path, const char *reason, bool is_certain);
void damage_forget(const char *path);

#endif
