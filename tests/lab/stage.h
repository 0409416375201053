/* SPDX-License-Identifier: EUPL-1.2 */
/* What the laboratory's programs need around their work: a folder, texts, silence. */
#ifndef BUDKAVLE_LAB_STAGE_H
#define BUDKAVLE_LAB_STAGE_H

#include <stddef.h>

/* A new folder, in memory where the system has such a place; caller frees the name.
 * Ends the process when there can be none. */
char *stage_folder_new(void);
/* The folder with all that is in it. */
void stage_folder_remove(const char *folder);

/* The file whole, with a zero behind it; caller frees. len may be NULL. Ends the process
 * when it cannot be read. */
char *stage_read(const char *name, size_t *len);

/* What the program would log is dropped. */
void stage_silence(void);

#endif
