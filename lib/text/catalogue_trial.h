/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A catalogue tried out: every notice about sample facts, from one where all is known to
 * one where hardly anything is, and what the rules of plain language find in the texts.
 */
#ifndef BUDKAVLE_TEXT_CATALOGUE_TRIAL_H
#define BUDKAVLE_TEXT_CATALOGUE_TRIAL_H

#include "text/compose.h"
#include "text/plain.h"

/* One text of the trial. Borrowed. */
struct trial {
    const struct message *message;
    const char *sample; /* what is known, in English; static */
    const struct text_set *text;
};

/* What was found, told once for all texts that share it. */
struct trial_finding {
    char *place; /* "file:line: " of the sentence, or else of the notice */
    enum notice notice;
    enum plain_rule rule;
    char *problem;
    char *text; /* the first text in which it was found */
};
struct trial_findings {
    struct trial_finding *items;
    size_t count;
};
void trial_findings_clear(struct trial_findings *findings);

/*
 * Tries every notice to the public, and adds what is found. each (NULL: nobody) gets the
 * texts, the daemon's own alarms too, which are not judged. context: who speaks; its
 * now_ms is the trial's own. Returns how many findings stop a text.
 */
size_t catalogue_try(const struct catalogue *catalogue,
                     const struct compose_context *context,
                     struct trial_findings *findings,
                     void (*each)(void *each_context, const struct trial *trial),
                     void *each_context);

/* A sender for those who have none at hand. */
struct compose_context trial_context(void);

/* "file:line: E9: a sentence has 24 words; … (notice first: "the text")". Caller frees. */
char *trial_sentence(const struct trial_finding *finding);

#endif
