/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Finds the roomiest way to write a message that its channel has room for.
 */
#include "text/fit.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "text/compose_parts.h"
#include "text/fit_steps.h"
#include "text/gsm7.h"
#include "text/missed.h"
#include "text/pieces.h"

#include <stdlib.h>
#include <string.h>

/* What a text is made from. */
struct job {
    const struct catalogue *catalogue;
    const struct message *message;
    const struct compose_context *context;
    const struct length_rule *rule;
    const struct fit_plan *plan;
    struct piece_style style;
    char *mark;
    char *summary;  /* of what was missed; NULL: none */
    int64_t room;   /* behind the mark */
    size_t n_named; /* places that were to be named at the step that was tried last */
    bool say_written;
};

/* True when everything that must be said fits. */
static bool
try_step(struct job *job, struct value_style style, struct pieces *pieces)
{
    struct slot_values values = { 0 };

    job->n_named = style.max_named;
    style.say_written = job->say_written;
    slot_values_fill(job->catalogue, job->message, job->context, style, &values);
    pieces_write(job->catalogue,
                 &catalogue_script(job->catalogue, job->message->notice)->body, &values,
                 &job->style, pieces);
    slot_values_clear(&values);
    if (job->summary != NULL) {
        pieces_add(pieces, &job->style, job->summary, RANK_SHOULD);
    }
    pieces_choose(pieces, &job->style, job->room);
    return pieces_left_out(pieces, RANK_MUST) == 0;
}

/* The fewer are left out, and the less they matter, the lower. */
static uint64_t
score(const struct fit_plan *plan, const struct pieces *pieces)
{
    uint64_t score = 0;

    for (int rank = RANK_SHOULD; rank <= plan->scored_rank; rank++) {
        size_t left_out = pieces_left_out(pieces, rank);

        score = (score << 8U) + (left_out < 255 ? left_out : 255);
    }
    return score;
}

/* False when not even at the tightest step what must be said fits. */
static bool
choose(struct job *job, struct pieces *pieces)
{
    const struct fit_plan *plan = job->plan;
    uint64_t lowest = UINT64_MAX;
    size_t best = 0, last = 0;

    for (size_t i = 0; i < plan->n_soft && lowest > 0; i++) {
        if (try_step(job, plan->soft[i], pieces) && score(plan, pieces) < lowest) {
            lowest = score(plan, pieces);
            best = i;
        }
        last = i;
    }
    if (lowest < UINT64_MAX) {
        return best == last || try_step(job, plan->soft[best], pieces);
    }
    for (size_t i = 0; i < plan->n_hard; i++) {
        if (try_step(job, plan->hard[i], pieces)) {
            return true;
        }
    }
    return false;
}

static char *
join(const struct job *job, const struct pieces *pieces)
{
    struct buffer out = { 0 };

    buffer_add(&out, job->mark);
    pieces_join(pieces, &job->style, &out);
    return buffer_take(&out);
}

/* Chooses with a clock time among what is said. */
static bool
choose_with_time(struct job *job, struct pieces *pieces)
{
    bool said = choose(job, pieces);

    if (!pieces_have_time(pieces) && !job->say_written) {
        job->say_written = true;
        said = choose(job, pieces);
    }
    return said;
}

/*
 * Sentences are counted one by one; where the whole is longer than its parts (a character
 * that would stand in two text messages, a limit in bytes besides) there is less room.
 */
static bool
choose_that_fits(struct job *job, struct pieces *pieces, char **text)
{
    bool said = choose_with_time(job, pieces);

    *text = join(job, pieces);
    while (!length_fits(job->rule, *text) && job->room > 0) {
        job->room -= 1 + job->room / 32;
        said = choose_with_time(job, pieces);
        free(*text);
        *text = join(job, pieces);
    }
    return said;
}

static void
use_alphabet(struct job *job, enum alphabet alphabet, const char *mark)
{
    int64_t room = length_room(job->rule, alphabet == ALPHABET_UCS2);

    job->style.alphabet = alphabet;
    free(job->mark);
    job->mark = piece_text(&job->style, mark);
    job->room = room - piece_units(&job->style, job->mark);
    job->say_written = job->context->late;
}

/* Paragraphs are parted by an empty line, in text messages by none. */
static const char *
paragraph_break(const struct length_rule *rule)
{
    if (rule->unit != LENGTH_GSM7) {
        return "\n\n";
    }
    return rule->most == 1 ? " " : "\n";
}

/* The words of the notice, and of its kind, are not all of the alphabet: another language
 * would be unreadable in it. */
static bool
speaks_gsm7(const struct catalogue *catalogue, const struct message *message)
{
    const struct sentences *body = &catalogue_script(catalogue, message->notice)->body;

    for (size_t i = 0; i < body->count; i++) {
        for (size_t j = 0; j < body->items[i].n_parts; j++) {
            const char *words = body->items[i].parts[j].words;

            if (words != NULL && gsm7_length(words) < 0) {
                return false;
            }
        }
    }
    for (size_t i = 0; i < catalogue->n_phrases; i++) {
        const struct phrase *phrase = &catalogue->phrases[i];

        if (strncmp(phrase->key, "kind.", 5) == 0 && gsm7_length(phrase->text) < 0) {
            return false;
        }
    }
    return true;
}

/* The long text, its paragraphs parted as the rule has it. Caller frees. */
static char *
whole_text(const struct job *job)
{
    char *mark = compose_mark(job->catalogue, &job->message->facts);
    char *text = compose_long(job->catalogue, job->message, job->context, mark);
    struct buffer out = { 0 };
    char *from = text, *end;

    while ((end = strstr(from, "\n\n")) != NULL) {
        buffer_append(&out, from, (size_t)(end - from));
        buffer_add(&out, job->style.paragraph_break);
        from = end + 2;
    }
    buffer_add(&out, from);
    free(mark);
    free(text);
    return buffer_take(&out);
}

/* The whole text, if it has room and its letters are in the alphabet; else NULL. */
static char *
whole_text_if_it_fits(const struct job *job)
{
    char *raw, *text;

    if (!job->style.long_too || job->summary != NULL) {
        return NULL;
    }
    raw = whole_text(job);
    text = piece_text(&job->style, raw);
    if (!length_fits(job->rule, text) || (job->style.alphabet == ALPHABET_GSM7 &&
                                          job->rule->ucs2 && !gsm7_can_say(raw))) {
        free(text);
        text = NULL;
    }
    free(raw);
    return text;
}

/* The text in one alphabet. False when something that must be said is missing, or a
 * letter has no likeness in it. */
static bool
fit_alphabet(struct job *job, enum alphabet alphabet, const char *mark,
             struct fitted *out)
{
    struct pieces pieces = { 0 };
    bool good;

    fitted_clear(out);
    use_alphabet(job, alphabet, mark);
    out->text = whole_text_if_it_fits(job);
    if (out->text != NULL) {
        job->n_named = SIZE_MAX;
        return true;
    }
    good = choose_that_fits(job, &pieces, &out->text) && !pieces_are_lossy(&pieces);
    pieces_list_left_out(&pieces, &out->left_out);
    pieces_clear(&pieces);
    return good;
}

/* A language with other letters, or a name whose letters are like none of GSM-7, costs
 * UCS-2 where that is allowed and has room for what must be said. */
static void
fit_text_message(struct job *job, const char *mark, struct fitted *out)
{
    if (!job->rule->ucs2) {
        fit_alphabet(job, ALPHABET_GSM7, mark, out);
        return;
    }
    if (speaks_gsm7(job->catalogue, job->message) &&
        fit_alphabet(job, ALPHABET_GSM7, mark, out)) {
        return;
    }
    if (!fit_alphabet(job, ALPHABET_UCS2, mark, out)) {
        fit_alphabet(job, ALPHABET_GSM7, mark, out);
    }
}

static void
fit_rule(struct job *job, struct fitted *out)
{
    char *mark = compose_mark(job->catalogue, &job->message->facts);

    if (job->rule->unit == LENGTH_GSM7) {
        fit_text_message(job, mark, out);
    } else {
        fit_alphabet(job, ALPHABET_ANY, mark, out);
    }
    free(job->mark);
    job->mark = NULL;
    free(mark);
}

/* text with the lines below it; caller frees. */
static char *
with_lines(const struct job *job, const char *text, const struct strings *lines)
{
    struct buffer out = { 0 };
    char *written;

    buffer_add(&out, text);
    buffer_add(&out, job->rule->unit == LENGTH_GSM7 ? "" : "\n");
    for (size_t i = 0; i < lines->count; i++) {
        buffer_addf(&out, "\n%s", lines->items[i]);
    }
    written = piece_text(&job->style, out.data);
    buffer_clear(&out);
    return written;
}

/* As many lines as have room, the older ones being counted; false: not even one. */
static bool
tell_missed(const struct job *job, const struct missed *missed, struct fitted *out)
{
    struct strings lines = { 0 };
    bool told = false;

    for (size_t n = missed->n_newest; n > 0 && !told; n--) {
        char *text;

        text_missed_newest(job->catalogue, missed, n, job->context, &lines);
        text = with_lines(job, out->text, &lines);
        told = length_fits(job->rule, text);
        if (told) {
            string_replace(&out->text, text);
        }
        free(text);
    }
    strings_clear(&lines);
    return told;
}

/* A sentence that counts them, at the cost of others that matter less. */
static bool
count_missed(struct job *job, const struct missed *missed, struct fitted *out)
{
    struct fitted counting = { 0 };
    char *raw = text_missed_count(job->catalogue, missed, job->context);
    char *sentence;
    bool counted;

    job->summary = raw;
    fit_rule(job, &counting);
    sentence = piece_text(&job->style, raw);
    counted = strstr(counting.text, sentence) != NULL;
    if (counted) {
        fitted_clear(out);
        *out = counting;
    } else {
        fitted_clear(&counting);
    }
    job->summary = NULL;
    free(sentence);
    free(raw);
    return counted;
}

void
text_fit(const struct catalogue *catalogue, const struct message *message,
         const struct compose_context *context, const struct missed *missed,
         const struct length_rule *rule, struct fitted *out)
{
    static const struct length_rule no_limit = { .unit = LENGTH_GRAPHEMES };
    struct job job = { .catalogue = catalogue,
                       .message = message,
                       .context = context,
                       .rule = rule != NULL ? rule : &no_limit };

    job.style.rule = job.rule;
    job.style.long_too = length_room(job.rule, false) > GSM7_SINGLE_PART;
    job.style.paragraph_break = paragraph_break(job.rule);
    job.plan = job.style.long_too ? &roomy_plan : &short_plan;
    if (notice_is_summary(message->notice)) {
        job.plan = &summary_plan;
    }
    fit_rule(&job, out);
    if (missed != NULL && missed->count > 0 &&
        (tell_missed(&job, missed, out) || count_missed(&job, missed, out))) {
        out->n_carried = missed->count;
    }
    out->n_named = job.n_named < message->summary.n_places ? job.n_named
                                                           : message->summary.n_places;
    length_measure(rule, out->text, &out->length);
}

void
fitted_clear(struct fitted *fitted)
{
    free(fitted->text);
    strings_clear(&fitted->left_out);
    *fitted = (struct fitted){ 0 };
}
