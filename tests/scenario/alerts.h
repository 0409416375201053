/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Playing a story for the alerts that it makes the daemon publish (cap_corpus.py).
 */
#ifndef BUDKAVLE_SCENARIO_ALERTS_H
#define BUDKAVLE_SCENARIO_ALERTS_H

#include "model/request.h"

/* Where they are kept; NULL: the story is played as it stands. */
const char *alerts_folder(void);
void alerts_keep(const struct request *request);

#endif
