/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The daemon's own alarms in the store: few, so they are read and written as a whole.
 */
#ifndef BUDKAVLE_STORE_ALARMS_H
#define BUDKAVLE_STORE_ALARMS_H

#include "base/strings.h"
#include "model/alarm.h"
#include "store/store.h"

/* Clears *alarms first. */
void store_alarms_load(struct store *store, struct alarms *alarms);
/* Inside a transaction: these and no others. */
void store_alarms_save(struct store *store, const struct alarms *alarms);

/*
 * Why rows of the channel are parked: the beginnings of their last errors up to ": ",
 * each once, in alphabetical order, at most max. What comes behind the colon is one
 * message's own. Clears *causes first.
 */
void store_parked_causes(struct store *store, const char *channel, size_t max,
                         struct strings *causes);
/* The part of an error that store_parked_causes would give. Caller frees. */
char *store_parked_cause(const char *last_error);

#endif
