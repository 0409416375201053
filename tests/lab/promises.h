/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a story's world has acknowledged, kept where it can be read after the process
 * has died, and whether a world that begins anew on the same folder keeps it.
 */
#ifndef BUDKAVLE_LAB_PROMISES_H
#define BUDKAVLE_LAB_PROMISES_H

#include <stdbool.h>
#include <stddef.h>

enum {
    PROMISES_SIZE = 1 << 20
};

/* Lines "source TAB event_id". Those before `kept` were acknowledged: the commit after
 * them has returned. Lies in a shared mapping. */
struct promises {
    size_t len, kept, count;
    char text[PROMISES_SIZE];
};

/* From now on pipeline_take and pipeline_commit, linked with --wrap, write here. */
void promises_note_in(struct promises *promises);

/* Begins a world on the folder of SCENARIO_FOLDER, looks for every acknowledged event,
 * and lets every delivery come to its end. False after saying what is wrong. */
bool promises_are_kept(const struct promises *promises, const char *config_text);

#endif
