/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A copy of the configuration in force, as one file in the state folder: the texts of
 * the files that it was read from (without comments), so that a start after a bad edit
 * can load the same again. It holds what the files say and nothing that they only name:
 * secrets, lists of recipients and certificates are read anew from where they stand.
 */
#ifndef BUDKAVLE_CONFIG_COPY_H
#define BUDKAVLE_CONFIG_COPY_H

#include "base/buffer.h"
#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct config_text {
    char *path, *text;
};

/* Valid when zeroed. */
struct config_copy {
    char *file;                /* the main file, as the command line named it */
    char *folder;              /* what relative names are relative to, absolute */
    int64_t since_ms;          /* when it came into force */
    struct config_text *texts; /* the main file, conf.d in order, catalogues */
    size_t n_texts;
};

void copy_clear(struct config_copy *copy);
/* Takes over text. */
void copy_add(struct config_copy *copy, const char *path, char *text);
/* NULL: the copy has no such file. Borrowed. */
const char *copy_find(const struct config_copy *copy, const char *path);
/* Whether both say the same, whenever they came into force. */
bool copy_equal(const struct config_copy *a, const struct config_copy *b);

/* With a digest at its end: a file that was cut off or changed does not parse. */
void copy_format(const struct config_copy *copy, struct buffer *out);
/* On failure *copy is left zeroed, and the sentence says what is wrong with data. */
enum status copy_parse(const char *data, size_t len, struct config_copy *copy,
                       struct error *error);

/*
 * Replaces the file in folder as a whole, or leaves it as it was: written beside, synced,
 * renamed. Only the own user can read it. Fails with STATUS_FULL or STATUS_IO.
 */
enum status copy_save(const struct config_copy *copy, const char *folder,
                      struct error *error);
/* STATUS_NOT_FOUND: there is none. STATUS_INVALID: it is not whole, or another user
 * could have written it. STATUS_IO: it cannot be read. */
enum status copy_load(struct config_copy *copy, const char *folder,
                      struct error *error);
/* A copy that is no longer the one in force must not stay. */
void copy_remove(const char *folder);

#define CONFIG_COPY_NAME "configuration.kept"

#endif
