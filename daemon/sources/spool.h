/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One spool section: new/, drop/, done/ and rejected/, exactly as docs/events.md says.
 * inotify is a hint, the rescan is the truth. Files are opened without following links
 * and read whole; nothing leaves the folder except by being accepted or refused.
 */
#ifndef BUDKAVLE_SOURCES_SPOOL_H
#define BUDKAVLE_SOURCES_SPOOL_H

#include "base/status.h"
#include "loop/loop.h"
#include "loop/turn.h"
#include "model/cap.h"
#include "model/event.h"
#include "model/fault.h"

#include <stddef.h>

struct spool;

enum {
    DEATHS_UNKNOWN = -1
};

/* What the spool asks of the rest of the program. */
struct spool_ports {
    void *context;
    /* How often the process died while it parsed the file; DEATHS_UNKNOWN when the
     * store cannot tell now. */
    int64_t (*deaths)(void *context, const char *source, const char *name);
    /* The file is parsed and taken from now on, until the call with NULL for its name:
     * a death in between is this file's. */
    void (*parsing)(void *context, const char *source, const char *name);
    /* True when this content under this name was taken before (a crash came between
     * the commit and the move to done/). */
    bool (*known)(void *context, const char *source, const char *name,
                  const char *sha256);
    /*
     * Takes the events into the running turn, all or none, and remembers the file.
     * STATUS_OK; STATUS_CONFLICT or STATUS_REFUSED: refused, *faults says why;
     * STATUS_FULL: when there is room, the file stays where it is.
     */
    enum status (*take)(void *context, const char *source, const char *name,
                        const char *sha256, struct events *events,
                        struct faults *faults);
    /* A file that had deaths was taken, or refused: they are forgotten. Joins the turn. */
    void (*survived)(void *context, const char *source, const char *name);
    /* A file was refused; for the log and the counts. */
    void (*refused)(void *context, const char *source, const char *name,
                    const struct faults *faults);
};

struct spool_settings {
    const char *source;
    const char *path;
    int64_t settle_ms;
    int64_t keep_ms;
    const struct cap_kinds *cap_kinds; /* of its alerts; NULL: no words of its own */
};

/* Makes the folders (2770); the first look is taken when the loop runs. The settings are copied. The
 * status says which folder could not be made or opened, and why. */
enum status spool_open(struct loop *loop, struct turn *turn,
                       const struct spool_settings *settings,
                       const struct spool_ports *ports, struct spool **spool,
                       struct error *error);
/* NULL is allowed. Files of a turn that still runs are moved after the next start. */
void spool_close(struct spool *spool);

/* There is room again: files that wait for it are tried now. */
void spool_room(struct spool *spool);

/* Stops taking files; what is in the running turn is finished. */
void spool_stop(struct spool *spool);

/* What the status tells. Strings are borrowed until the next call on the spool. */
struct spool_state {
    int64_t waiting;        /* files seen and not taken yet */
    int64_t taken, refused; /* since the start */
    const char *trouble;    /* one sentence: folder gone, sub-folder found, a file grew
                                after it was taken …; NULL when all is well */
    const char *lost; /* the same, while the folders cannot be reached; else NULL */
};
void spool_state(const struct spool *spool, struct spool_state *state);

#endif
