/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The sentences of a notice, each written out and counted, and the choice of those that
 * there is room for. Inside lib/text only.
 */
#ifndef BUDKAVLE_TEXT_PIECES_H
#define BUDKAVLE_TEXT_PIECES_H

#include "base/buffer.h"
#include "base/strings.h"
#include "text/length.h"
#include "text/script.h"

enum {
    RANK_MUST = 1,
    RANK_SHOULD = 2,
    RANK_MAX = 9,
    RANK_LONG_ONLY = RANK_MAX + 1 /* what only the long text of the catalogue has */
};

enum alphabet {
    ALPHABET_GSM7, /* everything else is replaced by what is nearest in it */
    ALPHABET_UCS2, /* of text messages */
    ALPHABET_ANY
};

/* How sentences are written, counted and put together. */
struct piece_style {
    enum alphabet alphabet;
    const struct length_rule *rule; /* ALPHABET_ANY counts by it; borrowed */
    const char *paragraph_break;    /* static */
    bool long_too;                  /* take the sentences of the long text as well */
};

/* One sentence, written out. */
struct piece {
    char *text;
    int64_t units;
    int rank;
    unsigned paragraph;
    uint64_t used; /* SLOT_BITs of what it says */
    bool is_short_only;
    bool has_source;
    bool has_place; /* or says that it is not known */
    bool has_time;
    bool is_lossy; /* the alphabet has no letter like one of its */
    bool chosen;
};

struct pieces {
    struct piece *items;
    size_t count;
};
void pieces_clear(struct pieces *pieces);

/* text as the style writes it; caller frees. And what it counts. */
char *piece_text(const struct piece_style *style, const char *text);
int64_t piece_units(const struct piece_style *style, const char *text);

/* Every sentence that applies. Clears *pieces first. */
void pieces_write(const struct catalogue *catalogue, const struct sentences *sentences,
                  const struct slot_values *values, const struct piece_style *style,
                  struct pieces *pieces);

/* One more behind the others, not of the catalogue's. */
void pieces_add(struct pieces *pieces, const struct piece_style *style,
                const char *text, int rank);

/* By rank, in the order of the text; where not even what must be said fits, source,
 * place and clock time go before the rest. */
void pieces_choose(struct pieces *pieces, const struct piece_style *style,
                   int64_t room);

/* How many of the rank have no room. */
size_t pieces_left_out(const struct pieces *pieces, int rank);
bool pieces_have_time(const struct pieces *pieces); /* of those chosen */
bool pieces_are_lossy(const struct pieces *pieces);

/* Appends the chosen ones. */
void pieces_join(const struct pieces *pieces, const struct piece_style *style,
                 struct buffer *out);
/* Adds the others, the most important first. */
void pieces_list_left_out(const struct pieces *pieces, struct strings *sentences);

#endif
