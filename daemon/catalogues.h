/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The catalogues of a configuration: the files of its folder where there are some, else
 * the built-in ones.
 */
#ifndef BUDKAVLE_CATALOGUES_H
#define BUDKAVLE_CATALOGUES_H

#include "config/config.h"
#include "text/catalogue.h"

/* One for each language, in their order. On failure every fault of every file. */
enum status catalogues_load(const struct config *config, struct catalogue ***catalogues,
                            struct faults *faults);
void catalogues_free(struct catalogue **catalogues, size_t n);

/*
 * Whether they load, and what the rules of plain language find in texts made from files
 * (the built-in catalogues are held to them by tests): what stops a text becomes one of
 * config->warnings.
 */
enum status catalogues_check(struct config *config, struct faults *faults);

#endif
