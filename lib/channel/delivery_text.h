/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The text of a delivery for a channel with a length rule: in one language or in several,
 * one below the other.
 */
#ifndef BUDKAVLE_CHANNEL_DELIVERY_TEXT_H
#define BUDKAVLE_CHANNEL_DELIVERY_TEXT_H

#include "channel/driver.h"

struct fitted;

/* What the text is to hold besides the message. */
enum delivery_text_form {
    DELIVERY_TEXT_WHOLE, /* what was missed, and when it was written if that is long ago */
    DELIVERY_TEXT_BARE /* the message alone, the same at every attempt */
};

/*
 * The text in the languages (NULL or none: the first that is configured); each has the
 * same share of the room. Of a whole text *input->n_carried is set: what every language
 * has room for. Caller frees; NULL with a sentence when a language is not configured.
 */
char *delivery_text(const struct delivery_input *input, const struct strings *languages,
                    const struct length_rule *rule, enum delivery_text_form form,
                    struct error *error);

/* The same for people who want to see it first: a text for each language. */
void delivery_text_show(const struct delivery_input *input,
                        const struct strings *languages, const struct length_rule *rule,
                        struct shown *shown);

/* For a driver that writes the languages of a delivery each in a way of its own: */

/* Which of the configured languages it is; n_catalogues, with a sentence: none. */
size_t delivery_catalogue(const struct delivery_input *input, const char *language,
                          struct error *error);

/* How much of the rule's room one of n texts has, with an empty line between them. */
struct length_rule delivery_share(const struct length_rule *rule, size_t n);

/* One language's text; *fitted is cleared first. */
void delivery_fit(const struct delivery_input *input, size_t catalogue,
                  const struct length_rule *rule, enum delivery_text_form form,
                  struct fitted *fitted);
/* How many languages there are, the first that is configured if none is named. */
size_t delivery_language_count(const struct strings *languages);
/* Where in input->catalogues number i of them is; n_catalogues with a sentence when it is
 * not configured. */
size_t delivery_language(const struct delivery_input *input,
                         const struct strings *languages, size_t i,
                         struct error *error);

/* STATUS_INVALID when a language is there twice, or when there are so many that the share
 * of each is too small for a place and a time. */
enum status delivery_languages_check(const struct strings *languages,
                                     const struct length_rule *rule,
                                     struct error *error);

#endif
