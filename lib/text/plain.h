/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Plain language: rules that a text for the public is held to. E rules stop a text of a
 * person's own unless overridden with a reason; W rules warn. What is particular to a
 * language (words to avoid, words for people, the measure of difficulty) stands in its
 * catalogue as phrases that begin with "plain.".
 *
 * Sources: Språklagen 11 §; Språkrådet, Myndigheternas skrivregler; Björnsson, Läsbarhet
 * (LIX, 1968); Flesch, A New Readability Yardstick (1948); Mileti and Sorensen (1990) for
 * what a warning needs.
 */
#ifndef BUDKAVLE_TEXT_PLAIN_H
#define BUDKAVLE_TEXT_PLAIN_H

#include "base/buffer.h"
#include "model/message.h"
#include "text/catalogue.h"

enum plain_rule {
    PLAIN_SENDER,       /* E1: the sender comes first */
    PLAIN_PLACE,        /* E2: a place, or that it is not known */
    PLAIN_CLOCK,        /* E3: a clock time */
    PLAIN_NEXT_WORD,    /* E4: an open incident says when the next word comes */
    PLAIN_CHANGED_TIME, /* E5: a changed time has the old, the new and the reason */
    PLAIN_ONE_SMS,      /* E6: the short form is one GSM-7 text message */
    PLAIN_SLOT,         /* E7: no slot was left empty */
    PLAIN_DIFFICULT,    /* E8: LIX at most 40, or Flesch at least 60 */
    PLAIN_SENTENCE,     /* E9: a sentence has at most 20 words */
    PLAIN_QUESTION,     /* E10: "restored" asks whether it is so */
    PLAIN_IMPERATIVE,   /* E11: what to do comes first where health is at stake */
    PLAIN_LINK,         /* E12: links lead to the page and nowhere else */
    PLAIN_GUESS,        /* E13: a guess says that we do not know yet */
    PLAIN_EXERCISE,     /* E14: an exercise says so before all else */
    PLAIN_WORD,         /* W1: a word from the list has a plainer one */
    PLAIN_PASSIVE,      /* W2: who does it? */
    PLAIN_NOUN,         /* W3: a verb made into a noun */
    PLAIN_PERSON,       /* W4: neither "we" nor "you" */
    PLAIN_DAY,          /* W5: a relative day without its date */
    PLAIN_NUMBERS,      /* W6: more than three numbers besides times */
    PLAIN_CAPITALS,     /* W7: capitals beyond the keywords */
    PLAIN_APOLOGY,      /* W8: an apology without a time */
    PLAIN_RULE_COUNT
};

/* "E1" … "W8"; static. */
const char *plain_code(enum plain_rule rule);
/* An E rule: it stops a text. */
bool plain_stops(enum plain_rule rule);

/* What is known of the text. Unset members switch off the rules that need them. */
struct plain_subject {
    const struct catalogue *catalogue; /* of the text's language */
    const char *text;
    const char *organisation;
    const char *page_url;
    const struct message *message; /* NULL: a text of somebody's own */
    const char *next_word;         /* the promised time as the text should say it */
    bool short_form;
};

struct plain_finding {
    enum plain_rule rule;
    char *problem; /* what was found, where, and what would be right, in English */
};
struct plain_findings {
    struct plain_finding *items;
    size_t count;
};
/* Keeps the first of those that say the same. */
void plain_findings_unique(struct plain_findings *findings);
void plain_findings_clear(struct plain_findings *findings);

/* Adds what is found; returns how many of these stop the text. */
size_t plain_check(const struct plain_subject *subject,
                   struct plain_findings *findings);

/* How a text reads. Sentences end at . ! ? or : before a space or the end, which a clock
 * time, an address and the catalogue's abbreviations ("kl.") do not have. */
struct reading {
    size_t words, sentences, long_words, syllables, longest_sentence;
};
void plain_read(const struct catalogue *catalogue, const char *text,
                struct reading *reading);
/* Words per sentence plus the percentage of words of more than six letters. */
double plain_lix(const struct reading *reading);
/* 206.835 - 1.015 words/sentence - 84.6 syllables/word. */
double plain_flesch(const struct reading *reading);

#endif
