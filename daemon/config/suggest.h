/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The name that was probably meant, for the sentence about one that is not known.
 */
#ifndef BUDKAVLE_CONFIG_SUGGEST_H
#define BUDKAVLE_CONFIG_SUGGEST_H

#include "config/source.h"

/* Each adds ": did you mean "…"?" when there is a name close by, else the names there
 * are, else nothing. */
void suggest_section(const char *name, struct buffer *out);
void suggest_option(const struct drivers *drivers, const char *section,
                    const char *name, struct buffer *out);

#endif
