/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The short text: chooses the sentences that fit in one text message, and makes room
 * for those that must be said.
 */
#include "text/compose_short.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "text/gsm7.h"
#include "text/script.h"
#include "text/summary.h"
#include "text/values.h"

#include <stdlib.h>

enum {
    RANK_MUST = 1,
    RANK_SHOULD = 2,
    RANK_MAX = 9
};

/* From roomy to tight. Up to SOFT_STEPS nothing but the number of places and the names
 * of days is shortened; that is worth doing for sentences of RANK_SHOULD too. */
static const struct value_style short_steps[] = {
    { .max_named = 2, .text_septets = 60 },
    { .max_named = 1, .text_septets = 60 },
    { .max_named = 1, .text_septets = 60, .short_names = true },
    { .max_named = 1,
      .name_septets = 40,
      .org_septets = 40,
      .text_septets = 40,
      .short_names = true },
    { .max_named = 1,
      .name_septets = 24,
      .org_septets = 24,
      .text_septets = 40,
      .short_names = true },
    { .max_named = 1,
      .name_septets = 16,
      .org_septets = 16,
      .text_septets = 24,
      .short_names = true },
    { .max_named = 1,
      .name_septets = 16,
      .org_septets = 16,
      .text_septets = 24,
      .short_names = true,
      .drop_start = true },
};
enum {
    SOFT_STEPS = 3
};

/* A summary names as many places as it can: that is what it is for. */
#define NAMING(n)                                                                      \
    {                                                                                  \
        .max_named = (n), .short_names = true                                          \
    }
static const struct value_style summary_steps[] = {
    NAMING(24),
    NAMING(20),
    NAMING(18),
    NAMING(16),
    NAMING(14),
    NAMING(12),
    NAMING(11),
    NAMING(10),
    NAMING(9),
    NAMING(8),
    NAMING(7),
    NAMING(6),
    NAMING(5),
    NAMING(4),
    NAMING(3),
    NAMING(2),
    NAMING(1),
    { .max_named = 1, .name_septets = 24, .org_septets = 24, .short_names = true },
    { .max_named = 1, .name_septets = 16, .org_septets = 16, .short_names = true },
};

/* One sentence, written out. */
struct piece {
    char *text;
    long septets;
    int rank;
    bool has_source;
    bool has_place; /* or says that it is not known */
    bool has_time;
    bool chosen;
};

struct pieces {
    struct piece *items;
    size_t count;
};

static void
pieces_clear(struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++) {
        free(pieces->items[i].text);
    }
    free(pieces->items);
    *pieces = (struct pieces){ 0 };
}

static const uint64_t place_slots = SLOT_BIT(SLOT_PLACES) | SLOT_BIT(SLOT_IN_PLACES);

/* Every sentence that the short text could have, in GSM-7. */
static void
pieces_write(const struct catalogue *catalogue, const struct sentences *sentences,
             const struct slot_values *values, struct pieces *pieces)
{
    pieces->items = memory_array(sentences->count + 1, sizeof(struct piece));
    for (size_t i = 0; i < sentences->count; i++) {
        const struct sentence *sentence = &sentences->items[i];
        struct piece *piece = &pieces->items[pieces->count];
        struct buffer text = { 0 };
        uint64_t used;

        if (sentence->rank == 0 || !sentence_applies(sentence, values)) {
            continue;
        }
        piece->rank = sentence->rank;
        used = sentence_write(sentence, catalogue, values, &text);
        piece->has_time = slots_have_time(used);
        piece->has_source = (used & SLOT_BIT(SLOT_ORG)) != 0;
        piece->has_place =
            (used & place_slots) != 0 || sentence->absent == SLOT_BIT(SLOT_FLAG_PLACE);
        piece->text = gsm7_fold(text.data ? text.data : "");
        piece->septets = gsm7_length(piece->text);
        pieces->count++;
        buffer_clear(&text);
    }
}

/* Takes in what fits of the rank, in text order; returns the room that is left. */
static long
choose_of_rank(struct pieces *pieces, int rank, bool (*wanted)(const struct piece *),
               long room)
{
    for (size_t i = 0; i < pieces->count; i++) {
        struct piece *piece = &pieces->items[i];

        if (piece->rank != rank || piece->chosen || !wanted(piece)) {
            continue;
        }
        piece->chosen = piece->septets <= room;
        if (piece->chosen) {
            room -= piece->septets + 1; /* and the space behind it */
        }
    }
    return room;
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

/* By rank. If not even what must be said fits, source, place and clock time go before
 * the rest. */
static void
pieces_choose(struct pieces *pieces, long room)
{
    room = choose_of_rank(pieces, RANK_MUST, is_source_or_place, room);
    room = choose_of_rank(pieces, RANK_MUST, is_time, room);
    for (int rank = RANK_MUST; rank <= RANK_MAX; rank++) {
        room = choose_of_rank(pieces, rank, is_any, room);
    }
}

static size_t
pieces_left_out(const struct pieces *pieces, int rank)
{
    size_t n = 0;

    for (size_t i = 0; i < pieces->count; i++) {
        n += pieces->items[i].rank == rank && !pieces->items[i].chosen ? 1 : 0;
    }
    return n;
}

static bool
pieces_have_time(const struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++) {
        if (pieces->items[i].chosen && pieces->items[i].has_time) {
            return true;
        }
    }
    return false;
}

/* What a short text is made from. */
struct short_job {
    const struct catalogue *catalogue;
    const struct message *message;
    const struct compose_context *context;
    long room;
    bool say_written;
    const struct value_style *steps;
    size_t n_steps, n_soft;
};

static struct short_job
short_job(const struct catalogue *catalogue, const struct message *message,
          const struct compose_context *context, long room)
{
    bool is_summary = notice_is_summary(message->notice);

    return (struct short_job){
        .catalogue = catalogue,
        .message = message,
        .context = context,
        .room = room,
        .say_written = context->late,
        .steps = is_summary ? summary_steps : short_steps,
        .n_steps = is_summary ? ARRAY_COUNT(summary_steps) : ARRAY_COUNT(short_steps),
        .n_soft = is_summary ? 0 : SOFT_STEPS,
    };
}

/* True when everything that must be said fits. */
static bool
try_step(const struct short_job *job, size_t step, struct pieces *pieces)
{
    struct slot_values values = { 0 };
    struct value_style style = job->steps[step];

    style.short_form = true;
    style.say_written = job->say_written;
    slot_values_fill(job->catalogue, job->message, job->context, style, &values);
    pieces_clear(pieces);
    pieces_write(job->catalogue,
                 &catalogue_script(job->catalogue, job->message->notice)->body, &values,
                 pieces);
    slot_values_clear(&values);
    pieces_choose(pieces, job->room);
    return pieces_left_out(pieces, RANK_MUST) == 0;
}

/* The roomiest of the first steps at which the most is said; else the first of all at
 * which what must be said fits. Returns the step. */
static size_t
choose_short(const struct short_job *job, struct pieces *pieces)
{
    size_t fewest_left_out = SIZE_MAX;
    size_t best = 0;

    for (size_t step = 0; step < job->n_soft && fewest_left_out > 0; step++) {
        if (try_step(job, step, pieces) &&
            pieces_left_out(pieces, RANK_SHOULD) < fewest_left_out) {
            fewest_left_out = pieces_left_out(pieces, RANK_SHOULD);
            best = step;
        }
    }
    if (fewest_left_out < SIZE_MAX) {
        try_step(job, best, pieces);
        return best;
    }
    for (size_t step = job->n_soft; step < job->n_steps; step++) {
        if (try_step(job, step, pieces)) {
            return step;
        }
    }
    return job->n_steps - 1;
}

size_t
text_summary_named(struct catalogue *const *catalogues, size_t n,
                   const struct message *message, const struct compose_context *context)
{
    size_t least = message->summary.n_places;

    for (size_t i = 0; i < n; i++) {
        const struct short_job job =
            short_job(catalogues[i], message, context, GSM7_SINGLE_PART);
        struct pieces pieces = { 0 };
        size_t named = job.steps[choose_short(&job, &pieces)].max_named;

        pieces_clear(&pieces);
        least = named < least ? named : least;
    }
    return least;
}

char *
compose_short(const struct catalogue *catalogue, const struct message *message,
              const struct compose_context *context, const char *mark)
{
    char *folded_mark = gsm7_fold(mark);
    struct short_job job = short_job(catalogue, message, context,
                                     GSM7_SINGLE_PART - gsm7_length(folded_mark));
    struct pieces pieces = { 0 };
    struct buffer out = { 0 };
    size_t n = 0;

    choose_short(&job, &pieces);
    if (!pieces_have_time(&pieces) && !job.say_written) {
        job.say_written = true;
        choose_short(&job, &pieces);
    }
    buffer_add(&out, folded_mark);
    for (size_t i = 0; i < pieces.count; i++) {
        if (pieces.items[i].chosen) {
            buffer_add(&out, n++ > 0 ? " " : "");
            buffer_add(&out, pieces.items[i].text);
        }
    }
    pieces_clear(&pieces);
    free(folded_mark);
    return buffer_take(&out);
}
