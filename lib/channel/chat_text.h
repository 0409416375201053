/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A delivery as chat services show one: title, text, facts and link, in each language of
 * the channel, so that what is written has room there, markup and all.
 */
#ifndef BUDKAVLE_CHANNEL_CHAT_TEXT_H
#define BUDKAVLE_CHANNEL_CHAT_TEXT_H

#include "channel/chat_dialect.h"
#include "channel/delivery_text.h"
#include "channel/rich.h"
#include "text/fit.h"

/* One language, in plain words. */
struct chat_part {
    struct rich rich;     /* rich.text is the fitted one, with what was missed */
    struct fitted fitted; /* its text is in rich */
    /* False: there is no room for them beside the text, which says the most important. */
    bool with_title, with_facts;
};

/* Valid when zeroed. */
struct chat_parts {
    struct chat_part *items;
    size_t count;
    struct length_rule share; /* the room of each */
};
void chat_parts_clear(struct chat_parts *parts);

struct chat_form {
    struct length_rule rule;
    bool is_for_each; /* each language has all the room: it is a block of its own */
    /* Adds what counts against the room: all of a part that the rule is for. */
    void (*write)(const struct chat_part *part, struct buffer *out);
};

/*
 * The parts, in the languages of the channel's option `languages`. Of a whole text
 * *input->n_carried is set. STATUS_INVALID with a sentence when a language is not
 * configured, or when not even the shortest text has room.
 */
enum status chat_parts_fill(const struct chat_form *form,
                            const struct delivery_input *input,
                            enum delivery_text_form text, struct chat_parts *parts,
                            struct error *error);

/* Every part as the form writes it, with an empty line between them; caller frees. */
char *chat_parts_text(const struct chat_form *form, const struct chat_parts *parts);

/* The texts for people who want to see them first. */
void chat_parts_show(const struct chat_form *form, const struct delivery_input *input,
                     struct shown *shown);

/* Banner, title, text, facts (unless they have no room) and link in Markdown, for
 * chat_form.write; without_facts where they are not part of the text. */
void chat_markdown(const struct chat_dialect *dialect, const struct chat_part *part,
                   bool without_facts, struct buffer *out);

/* The message changes what readers rely on, or ends it: it is to be seen by those too who
 * do not look into a thread. */
bool chat_is_for_all(const struct delivery_input *input);

#endif
