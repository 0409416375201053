/* SPDX-License-Identifier: EUPL-1.2 */
/* Lists, for the files of this folder. */
#ifndef BUDKAVLE_STORE_RECIPIENT_LISTS_H
#define BUDKAVLE_STORE_RECIPIENT_LISTS_H

#include "store/store.h"

/* The newest complete list of the channel with this number, or 0. */
int64_t list_current(struct store *store, int64_t channel);

#endif
