/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is known of an incident as rows of a table, in words, for the e-mail's two
 * bodies.
 */
#ifndef BUDKAVLE_CHANNEL_EMAIL_FACTS_H
#define BUDKAVLE_CHANNEL_EMAIL_FACTS_H

#include "channel/driver.h"

/* labels and values are cleared first and have the same count. */
void email_facts(const struct delivery_input *input, const struct catalogue *catalogue,
                 struct strings *labels, struct strings *values);

/* The phrase of the catalogue, or otherwise where it has none. Borrowed. */
const char *email_phrase(const struct catalogue *catalogue, const char *key,
                         const char *otherwise);

/* The phrase "family.name" for a value of ours; the bare name where there is none. */
const char *email_value(const struct catalogue *catalogue, const char *family,
                        const struct names *names, int value);

#endif
