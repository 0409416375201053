/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rules of plain language, one function each, and what they share. Inside lib/text
 * only.
 */
#ifndef BUDKAVLE_TEXT_PLAIN_RULES_H
#define BUDKAVLE_TEXT_PLAIN_RULES_H

#include "text/plain.h"
#include "text/plain_terms.h"

struct check {
    const struct plain_subject *subject;
    struct tokens tokens;
    struct reading reading;
    struct plain_findings *findings;
    enum plain_rule rule; /* being looked at */
    size_t stopped;
};

/* A phrase of the text's catalogue; NULL: the language has none. */
const char *plain_list(const struct check *check, const char *key);
bool plain_has_clock(const struct check *check);
/* Adds a finding of the rule being looked at. */
void plain_find(struct check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The places that a text of the message could name. */
void plain_place_names(const struct message *message, struct strings *names);

/* plain_notice.c: what a notice needs. */
void plain_check_sender(struct check *check);
void plain_check_place(struct check *check);
void plain_check_clock(struct check *check);
void plain_check_next_word(struct check *check);
void plain_check_changed_time(struct check *check);
void plain_check_one_sms(struct check *check);
void plain_check_question(struct check *check);
void plain_check_imperative(struct check *check);
void plain_check_link(struct check *check);
void plain_check_exercise(struct check *check);

/* plain_language.c: how it is said. */
void plain_check_slot(struct check *check);
void plain_check_difficult(struct check *check);
void plain_check_sentence(struct check *check);
void plain_check_guess(struct check *check);
void plain_check_word(struct check *check);
void plain_check_passive(struct check *check);
void plain_check_noun(struct check *check);
void plain_check_person(struct check *check);
void plain_check_day(struct check *check);
void plain_check_numbers(struct check *check);
void plain_check_capitals(struct check *check);
void plain_check_apology(struct check *check);

#endif
