/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the kernel is asked to refuse this process from now on, whatever its code does.
 * The core cannot reach the network or start a program; a sender cannot open the store
 * or a spool, and only the sender that is there for it can start a program. Nothing here can be taken back; children inherit it.
 */
#ifndef BUDKAVLE_SERVICE_CONFINE_H
#define BUDKAVLE_SERVICE_CONFINE_H

#include "base/status.h"
#include "base/strings.h"

#include <stdbool.h>

enum confined {
    CONFINED_CORE,
    CONFINED_NETWORK_SENDER, /* HTTP, SMTP and MQTT */
    CONFINED_FILES_SENDER,
    CONFINED_EXEC_SENDER,  /* and the programs that it starts */
    CONFINED_LONE_PROGRAM, /* one of them that needs no Unix sockets, besides that */
    CONFINED_COUNT
};

/* What a sender must not see, what the files sender writes in, and what programs must not
 * see besides. Absolute paths of folders, of the last also files; one that does not exist
 * is passed over. */
struct confine_places {
    struct strings hidden;
    struct strings writable;
    struct strings private;
};

/*
 * System calls: the table in confine_table.c. STATUS_REFUSED when the kernel has no
 * seccomp filters or an outer sandbox forbids them.
 */
enum status confine_calls(enum confined who, struct error *error);

/*
 * Each keeps this process, which must have one thread, from the hidden folders.
 * Landlock (Linux 5.13): what it may open is listed, the hidden folders are not. A mount
 * namespace of its own: empty folders lie over them, but not over writable ones inside.
 * STATUS_REFUSED when the kernel lacks it, an outer sandbox forbids it, or it cannot
 * hide these folders.
 */
enum status confine_by_landlock(const struct confine_places *places,
                                struct error *error);
enum status confine_by_namespace(const struct confine_places *places,
                                 struct error *error);

/*
 * The same wall for programs of others, of which nobody knows what they need: everything
 * is open to them but what is hidden and private. What is made later beside a hidden
 * folder is not. From Linux 6.12 on they cannot signal other processes either.
 */
enum status confine_around(const struct confine_places *places, struct error *error);

/* Whether path is the folder or lies in it, by their names alone. */
bool confine_is_beneath(const char *path, const char *folder);

/* No other process of the same user may look into this one, it leaves no core dump, and
 * no program that it starts gains rights. Returns false when the kernel refuses. */
bool confine_memory(void);

/* Everything for the core: the last step of its start. */
enum status confine_core(struct error *error);

/*
 * Everything for a sender: the first step of its life. On failure as much as possible
 * was done, and the sentence says what is missing.
 */
enum status confine_sender(enum confined who, const struct confine_places *places,
                           struct error *error);

#endif
