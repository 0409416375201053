/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A message written for the room that a channel has: as many of the catalogue's
 * sentences as there is room for, by rank, and never a part of one. Source, place and
 * clock time always; the roomier the channel, the more sentences and places by name.
 */
#ifndef BUDKAVLE_TEXT_FIT_H
#define BUDKAVLE_TEXT_FIT_H

#include "text/compose.h"
#include "text/length.h"

enum {
    /* The least room, in a rule's unit, in which every text has its source, place and
     * time; of a text message one part has it. */
    FIT_LEAST = 280
};

/* Valid when zeroed. */
struct fitted {
    char *text;
    struct text_length length;
    /* The sentences that had no room, the most important first. */
    struct strings left_out;
    /* How many of the missed messages the text carries, counted from the newest. */
    size_t n_carried;
    /* How many places of a summary the text names, counted from the first. */
    size_t n_named;
};

/*
 * Clears *out first. rule NULL: no limit, the long text. missed NULL: none; those that
 * have room are told behind the text, each with the time when it was written.
 */
void text_fit(const struct catalogue *catalogue, const struct message *message,
              const struct compose_context *context, const struct missed *missed,
              const struct length_rule *rule, struct fitted *out);

/* The same in catalogues[i], the first being the page's own language: the links of the
 * others lead to their folders of the page. */
void text_fit_language(struct catalogue *const *catalogues, size_t i,
                       const struct message *message,
                       const struct compose_context *context,
                       const struct missed *missed, const struct length_rule *rule,
                       struct fitted *out);
void fitted_clear(struct fitted *fitted);

#endif
