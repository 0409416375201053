/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a catalogue holds once it is parsed: phrases, and for each kind of notice its
 * titles and sentences. Inside lib/text only; others use catalogue.h.
 */
#ifndef BUDKAVLE_TEXT_SCRIPT_H
#define BUDKAVLE_TEXT_SCRIPT_H

#include "base/buffer.h"
#include "model/names.h"
#include "text/slots.h"

#include <stddef.h>

/* A piece of a sentence: words, a slot, or a form of the incident's kind. */
struct part {
    char *words;    /* or NULL */
    char *form;     /* {kind.off} has "off"; or NULL */
    int slot;       /* with words or form: -1 */
    unsigned group; /* 0: always there; else left out when a slot of it is unknown */
};

struct sentence {
    int rank; /* 1 to 9 in the short text; 0: not in the short text */
    bool in_long;
    unsigned paragraph;       /* of the long text it stands in */
    size_t line;              /* where it stands, counted as struct catalogue does */
    uint64_t present, absent; /* SLOT_BITs that must, and must not, be known */
    struct part *parts;
    size_t n_parts;
};

struct sentences {
    struct sentence *items;
    size_t count;
};

/* The text of one kind of notice. */
struct script {
    size_t line; /* where it stands; 0: it is missing */
    struct sentences titles;
    struct sentences body;
};

struct phrase {
    char *key;
    char *text;
    size_t line;
};

/* The kind whose forms are used for water that is there but not fit to drink. */
#define KIND_UNSAFE_WATER "unsafe_water"

/* Lines are counted through both files: those of the second go on behind the first. */
struct catalogue {
    char *language;
    char *file_name;
    char *local_file_name;   /* of the file of changes; NULL: there is none */
    size_t local_first_line; /* its first line; behind all lines when there is none */
    struct phrase *phrases;  /* sorted by key once parsed */
    size_t n_phrases;
    struct script notices[NOTICE_COUNT];
};

/* Adds "file:line: ". */
void catalogue_add_place(const struct catalogue *catalogue, size_t line,
                         struct buffer *out);

/* The notice's text. NOTICE_NONE has none and is fatal. */
const struct script *catalogue_script(const struct catalogue *catalogue,
                                      enum notice notice);

/* Parses "words {slot}[ optional {slot}]" into the sentence. On failure the fault, one
 * sentence, is added to *fault and false returned; the sentence is to be cleared. */
bool sentence_parse(struct sentence *sentence, const char *text, struct buffer *fault);
void sentences_clear(struct sentences *list);
struct sentence *sentences_add(struct sentences *list); /* a zeroed one */

/* True when every slot the sentence needs is known and its conditions hold. */
bool sentence_applies(const struct sentence *sentence,
                      const struct slot_values *values);

/* Appends the sentence with its slots filled in; returns the slots that were used. */
uint64_t sentence_write(const struct sentence *sentence,
                        const struct catalogue *catalogue,
                        const struct slot_values *values, struct buffer *out);

#endif
