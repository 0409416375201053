/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One life of the core on a database that may be damaged: started, asked everything that
 * can be asked, given time and answers, and ended as the daemon ends.
 */
#ifndef BUDKAVLE_LAB_FLIPPED_LIFE_H
#define BUDKAVLE_LAB_FLIPPED_LIFE_H

#include "config/config.h"

enum life_end {
    LIFE_WELL,      /* it ran, and nothing was found */
    LIFE_SAFE_MODE, /* it ran in safe mode */
    LIFE_RESTARTS,  /* it ended because the store failed: the next one follows */
    LIFE_NEWER,     /* refused: the version reads like that of a newer program */
    LIFE_STRANGER,  /* refused: reads like another program's database */
    LIFE_FAILED,    /* it could not begin at all */
    LIFE_END_COUNT
};

enum life_end flipped_life(const char *path, const struct config *config,
                           int64_t now_ms);

#endif
