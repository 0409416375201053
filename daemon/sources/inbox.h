/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A spool section without the loop: what to do at a moment, and when next. Time is an
 * argument, so tests never sleep; spool.c brings inotify, timers and the turn.
 *
 * A look reads at most one batch. When it says that it changed the store, the running
 * turn is to be committed and inbox_committed called before anything is moved.
 */
#ifndef BUDKAVLE_SOURCES_INBOX_H
#define BUDKAVLE_SOURCES_INBOX_H

#include "sources/folders.h"
#include "sources/spool.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    INBOX_BATCH_FILES = 64,
    INBOX_BATCH_BYTES = 8 * 1024 * 1024,
    INBOX_RETRY_MS = 5 * 1000,
    INBOX_ROOM_MS = 60 * 1000, /* at most, between two tries of a file without room */
    INBOX_TROUBLE_MS = 10 * 1000, /* a trouble that does not repeat is over then */
    INBOX_RESCAN_MS = 60 * 1000,
    INBOX_RESCAN_BLIND_MS = 5 * 1000, /* where inotify sees nothing or lost something */
    INBOX_WATCH_DONE_MS = 60 * 60 * 1000,
    INBOX_SWEEP_MS = 60 * 60 * 1000,
    INBOX_MAX_DEATHS = 3
};

struct inbox;

/* Settings and ports are copied. Never NULL. */
struct inbox *inbox_new(const struct spool_settings *settings,
                        const struct spool_ports *ports);
void inbox_free(struct inbox *inbox);

/* Makes and opens the folders. */
enum status inbox_open(struct inbox *inbox, struct moment now, struct error *error);

/* Does what is due. True: it changed the store. *next_ms: monotonic time of the next
 * look, unless there is a hint before. */
bool inbox_look(struct inbox *inbox, struct moment now, int64_t *next_ms);

/* The commit that inbox_look asked for: moves what was taken and refused. */
void inbox_committed(struct inbox *inbox, enum status status, struct moment now);

/* There is room again: what waits for it is due. */
void inbox_room(struct inbox *inbox);

/* Something happened in the folder: new/, drop/ or done/. */
void inbox_hint(struct inbox *inbox, enum folder folder);
/* Hints were lost: looks everywhere, and often for a while. */
void inbox_hints_lost(struct inbox *inbox, struct moment now);
/* Whether hints come at all. */
void inbox_set_hinted(struct inbox *inbox, bool hinted);

void
inbox_stop(struct inbox *inbox); /* takes no more files; inbox_committed still works */

/* Changes when the folders were opened anew, so that watches must be too; 0: closed. */
unsigned inbox_generation(const struct inbox *inbox);

void inbox_state(const struct inbox *inbox, struct spool_state *state);

#endif
