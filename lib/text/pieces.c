/* SPDX-License-Identifier: EUPL-1.2 */
/* Writes sentences out, and takes in those that fit. */
#include "text/pieces.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "text/gsm7.h"

#include <stdlib.h>
#include <string.h>

void
pieces_clear(struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++) {
        free(pieces->items[i].text);
    }
    free(pieces->items);
    *pieces = (struct pieces){ 0 };
}

char *
piece_text(const struct piece_style *style, const char *text)
{
    return style->alphabet == ALPHABET_GSM7 ? gsm7_fold(text) : utf8_strip_format(text);
}

int64_t
piece_units(const struct piece_style *style, const char *text)
{
    static const struct length_rule utf16 = { .unit = LENGTH_UTF16 };

    switch (style->alphabet) {
    case ALPHABET_GSM7:
        return gsm7_length(text);
    case ALPHABET_UCS2:
        return length_units(&utf16, text);
    case ALPHABET_ANY:
        return length_units(style->rule, text);
    }
    return 0;
}

static struct piece *
add_piece(struct pieces *pieces, const struct piece_style *style, const char *raw)
{
    struct piece *piece;

    pieces->items = memory_grow(pieces->items, pieces->count, sizeof(struct piece));
    piece = &pieces->items[pieces->count++];
    *piece = (struct piece){ .text = piece_text(style, raw) };
    piece->units = piece_units(style, piece->text);
    piece->is_lossy = style->alphabet == ALPHABET_GSM7 &&
                      strcmp(piece->text, raw) != 0 && !gsm7_can_say(raw);
    return piece;
}

static const uint64_t place_slots = SLOT_BIT(SLOT_PLACES) | SLOT_BIT(SLOT_IN_PLACES);

void
pieces_write(const struct catalogue *catalogue, const struct sentences *sentences,
             const struct slot_values *values, const struct piece_style *style,
             struct pieces *pieces)
{
    struct buffer text = { 0 };

    pieces_clear(pieces);
    for (size_t i = 0; i < sentences->count; i++) {
        const struct sentence *sentence = &sentences->items[i];
        struct piece *piece;
        uint64_t used;

        if ((sentence->rank == 0 && !style->long_too) ||
            !sentence_applies(sentence, values)) {
            continue;
        }
        buffer_reset(&text);
        used = sentence_write(sentence, catalogue, values, &text);
        piece = add_piece(pieces, style, text.data ? text.data : "");
        piece->rank = sentence->rank > 0 ? sentence->rank : RANK_LONG_ONLY;
        piece->paragraph = sentence->paragraph;
        piece->used = used;
        piece->is_short_only = !sentence->in_long;
        piece->has_time = slots_have_time(used);
        piece->has_source = (used & SLOT_BIT(SLOT_ORG)) != 0;
        piece->has_place =
            (used & place_slots) != 0 || sentence->absent == SLOT_BIT(SLOT_FLAG_PLACE);
    }
    buffer_clear(&text);
}

void
pieces_add(struct pieces *pieces, const struct piece_style *style, const char *text,
           int rank)
{
    unsigned paragraph =
        pieces->count > 0 ? pieces->items[pieces->count - 1].paragraph : 0;
    struct piece *piece = add_piece(pieces, style, text);

    piece->rank = rank;
    piece->paragraph = paragraph;
}

/* What stands between two sentences. */
static const char *
separator(const struct piece_style *style, const struct piece *before,
          const struct piece *after)
{
    return before->paragraph == after->paragraph ? " " : style->paragraph_break;
}

static int64_t
units_of_chosen(const struct pieces *pieces, const struct piece_style *style)
{
    const struct piece *before = NULL;
    int64_t units = 0;

    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->items[i];

        if (!piece->chosen) {
            continue;
        }
        units += piece->units;
        if (before != NULL) {
            units += (int64_t)strlen(separator(style, before, piece));
        }
        before = piece;
    }
    return units;
}

/* The long text's way to say what the short sentences have said already. */
static bool
says_nothing_new(const struct pieces *pieces, const struct piece *piece)
{
    uint64_t said = 0;

    if (piece->rank != RANK_LONG_ONLY || piece->used == 0) {
        return false;
    }
    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *other = &pieces->items[i];

        said |= other->is_short_only && other->chosen ? other->used : 0;
    }
    return (piece->used & ~said) == 0;
}

/* Takes in what fits of the rank, in text order. */
static void
choose_of_rank(struct pieces *pieces, const struct piece_style *style, int rank,
               bool (*wanted)(const struct piece *), int64_t room)
{
    for (size_t i = 0; i < pieces->count; i++) {
        struct piece *piece = &pieces->items[i];

        if (piece->rank != rank || piece->chosen || !wanted(piece) ||
            says_nothing_new(pieces, piece)) {
            continue;
        }
        piece->chosen = true;
        piece->chosen = units_of_chosen(pieces, style) <= room;
    }
}

static bool
is_source_or_place(const struct piece *piece)
{
    return piece->has_source || piece->has_place;
}

static bool
is_time(const struct piece *piece)
{
    return piece->has_time;
}

static bool
is_any(const struct piece *piece)
{
    (void)piece;
    return true;
}

void
pieces_choose(struct pieces *pieces, const struct piece_style *style, int64_t room)
{
    choose_of_rank(pieces, style, RANK_MUST, is_source_or_place, room);
    choose_of_rank(pieces, style, RANK_MUST, is_time, room);
    for (int rank = RANK_MUST; rank <= RANK_LONG_ONLY; rank++) {
        choose_of_rank(pieces, style, rank, is_any, room);
    }
}

size_t
pieces_left_out(const struct pieces *pieces, int rank)
{
    size_t n = 0;

    for (size_t i = 0; i < pieces->count; i++) {
        n += pieces->items[i].rank == rank && !pieces->items[i].chosen ? 1 : 0;
    }
    return n;
}

bool
pieces_have_time(const struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++) {
        if (pieces->items[i].chosen && pieces->items[i].has_time) {
            return true;
        }
    }
    return false;
}

bool
pieces_are_lossy(const struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++) {
        if (pieces->items[i].chosen && pieces->items[i].is_lossy) {
            return true;
        }
    }
    return false;
}

void
pieces_join(const struct pieces *pieces, const struct piece_style *style,
            struct buffer *out)
{
    const struct piece *before = NULL;

    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->items[i];

        if (!piece->chosen) {
            continue;
        }
        if (before != NULL) {
            buffer_add(out, separator(style, before, piece));
        }
        buffer_add(out, piece->text);
        before = piece;
    }
}

void
pieces_list_left_out(const struct pieces *pieces, struct strings *sentences)
{
    for (int rank = RANK_MUST; rank <= RANK_LONG_ONLY; rank++) {
        for (size_t i = 0; i < pieces->count; i++) {
            const struct piece *piece = &pieces->items[i];

            if (piece->rank == rank && !piece->chosen &&
                !says_nothing_new(pieces, piece)) {
                strings_add(sentences, piece->text);
            }
        }
    }
}
