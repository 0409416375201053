/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes a message out: picks the sentences of the catalogue whose facts are known,
 * and for the short form those that fit, by rank; never cuts a sentence or a word.
 */
#ifndef BUDKAVLE_TEXT_COMPOSE_H
#define BUDKAVLE_TEXT_COMPOSE_H

#include "model/message.h"
#include "text/catalogue.h"

/* What the texts need to know besides the message. Borrowed. */
struct compose_context {
    const char *organisation;
    const char *contact;  /* said where no reply can be read; NULL: none */
    const char *page_url; /* without a slash at the end; NULL: no link */
    const char *reply_to; /* of the channel; NULL: replies are not read */
    int64_t now_ms;       /* when it is read: decides "today"; the zone is TZ's */
    bool late;            /* the text says when it was written */
};

/*
 * title, short and long text of the message in the catalogue's language. Every text
 * names the source, a place if one is known (else that the place is not known), and a
 * clock time. short_text is at most 160 septets of GSM-7. Clears *out first.
 */
void text_compose(const struct catalogue *catalogue, const struct message *message,
                  const struct compose_context *context, struct text_set *out);

/* One set for each catalogue, in their order; the first is the page's own language, the
 * links of the others lead to their folders of the page. */
void texts_compose(struct catalogue *const *catalogues, size_t n,
                   const struct message *message, const struct compose_context *context,
                   struct texts *out);

/* The title of the message alone. Caller frees. */
char *text_title(const struct catalogue *catalogue, const struct message *message,
                 const struct compose_context *context);

/* "Täby kyrkby, Gribbylund och 4 platser till"; caller frees; NULL without places. */
char *text_places(const struct catalogue *catalogue, const struct facts *facts,
                  size_t max_named);

/* Advice without which people can come to harm, in its short form, on one line; caller
 * frees; NULL: none. */
char *text_advice_first(const struct catalogue *catalogue, const struct facts *facts);

/* The advice in full sentences, one per key that the catalogue knows. */
void text_advice(const struct catalogue *catalogue, const struct strings *advice,
                 struct strings *sentences);

#endif
