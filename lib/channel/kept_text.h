/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The text that was written last for a channel, kept for the next delivery that says the
 * same: a message to a list of recipients is written once, not for each of them.
 */
#ifndef BUDKAVLE_CHANNEL_KEPT_TEXT_H
#define BUDKAVLE_CHANNEL_KEPT_TEXT_H

#include "base/strings.h"
#include "text/length.h"

/*
 * Valid when zeroed: nothing is kept. Whoever hands it out answers for it that message,
 * time, surroundings and configuration are those of the text that is in it, and clears
 * it when they are not.
 */
struct kept_text {
    char *text;
    const struct strings
        *languages; /* which it is written in; borrowed, compared only */
    struct length_rule rule;
};

/* A copy of the kept text when it was written by this rule in these languages, which the
 * caller frees; else NULL. kept may be NULL. */
char *kept_text_find(const struct kept_text *kept, const struct strings *languages,
                     const struct length_rule *rule);

/* Keeps a copy in place of what was kept. kept may be NULL: nothing happens. */
void kept_text_set(struct kept_text *kept, const struct strings *languages,
                   const struct length_rule *rule, const char *text);

void kept_text_clear(struct kept_text *kept);

#endif
