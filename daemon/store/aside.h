/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Another name for a database: it and its WAL stay together, nothing is overwritten.
 * For the files of this folder.
 */
#ifndef BUDKAVLE_STORE_ASIDE_H
#define BUDKAVLE_STORE_ASIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ASIDE_ENDING_SIZE = 64
};

/* An ending that no file has yet: ".KIND-20261123T130501Z". */
void aside_choose(const char *path, const char *kind, int64_t now_ms,
                  char ending[ASIDE_ENDING_SIZE]);
/* Is it such an ending? It becomes part of a path. */
bool aside_is_ending(const char *text, const char *kind);
/* Renames path and its WAL. What is there no more was renamed before: a move that was
 * cut off is done again. False with errno set. */
bool aside_move(const char *path, const char *ending);

#endif
