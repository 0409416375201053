/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A message as a notification on people's telephones: title, body, the page behind it, and
 * how much it may disturb. The same for every push service; how it is written down is the
 * driver's.
 */
#ifndef BUDKAVLE_CHANNEL_PUSH_NOTE_H
#define BUDKAVLE_CHANNEL_PUSH_NOTE_H

#include "channel/driver.h"

/* How much a message may disturb who gets it, the least first. */
enum push_level {
    PUSH_TEST,   /* a marked test: seen, not heard */
    PUSH_QUIET,  /* planned work, minor faults */
    PUSH_NORMAL, /* the rest */
    PUSH_HIGH,   /* severe faults, corrections, what is taken back */
    PUSH_DANGER, /* danger to life and health that was not said before */
    PUSH_LEVEL_COUNT
};

enum push_level push_level_of(const struct delivery_input *input);

/* The room that a service has. */
struct push_form {
    struct length_rule rule; /* of the body */
    size_t url_bytes;        /* of the page's address; 0: no limit */
};

/* Valid when zeroed. */
struct push_note {
    char *title; /* one line, at most 250 bytes */
    char *body;
    char *url;              /* of the page; NULL: none, or one that is too long */
    const char *link_title; /* what the page is called; borrowed from the catalogue */
    enum push_level level;
};

/* Row of options, the same for every such driver. */
#define PUSH_OPTIONS                                                                   \
    {                                                                                  \
        .name = "languages", .type = OPTION_STRINGS,                                   \
        .doc = "The languages of a notification, one below the other; the first of "   \
               "languages alone."                                                      \
    }

/* Clears *note first. A page whose address has no room stands in the body instead. The
 * rule's room is for all languages; *input->n_carried is set (delivery_text.h). */
enum status push_note_fill(const struct delivery_input *input,
                           const struct push_form *form, struct push_note *note,
                           struct error *error);
void push_note_clear(struct push_note *note);

/* The same for people who want to see it first. */
void push_note_show(const struct delivery_input *input, const struct push_form *form,
                    struct shown *shown);

/* What all messages of an incident have in common on the service, of letters, digits, "-"
 * and "_", at most 64; caller frees; NULL: the message is about no single incident. */
char *push_story(const struct delivery_input *input);

/* Faults in the option above. */
enum status push_check(const struct channel *channel, const struct push_form *form,
                       struct error *error);

#endif
