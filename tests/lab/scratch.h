/* SPDX-License-Identifier: EUPL-1.2 */
/* A folder for a laboratory run, in memory where the system has such a place. */
#ifndef BUDKAVLE_LAB_SCRATCH_H
#define BUDKAVLE_LAB_SCRATCH_H

/* A new folder; caller frees the name. Ends the process when there can be none. */
char *scratch_new(void);
/* The folder with all that is in it. */
void scratch_remove(const char *folder);

#endif
