/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The steps of a story: one function each, in one table. The language is described in
 * docs/scenarios.md.
 */
#ifndef BUDKAVLE_SCENARIO_STEPS_H
#define BUDKAVLE_SCENARIO_STEPS_H

#include "world.h"

struct story {
    struct world world;
    const char *file;
    int line;
    int64_t begin_ms;
    struct buffer config;         /* of the world, with the story's additions */
    size_t config_len;            /* of it, without them */
    char held_id[PUBLIC_ID_SIZE]; /* what a second person has read */
    char held_sha256[SHA256_HEX_SIZE];
};

struct step {
    const char *name;
    bool (*run)(struct story *story, char *rest);
};

/* Says on stderr where and why a step was not met; returns false. */
bool story_failed(const struct story *story, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The next word, cut off the text; "" at the end. Quotes hold words together. */
char *story_word(char **text);
int64_t story_number(const char *text);
/* Runs the one of the steps that the text begins with. */
bool story_run_one_of(struct story *story, const struct step *steps, size_t n,
                      char *text);

/* expectations.c: `expect …`. */
bool step_expect(struct story *story, char *rest);
/* expect timeline NUMBER "words": an entry gives a reason with them. */
bool expect_timeline(struct story *story, char *rest);

/* approvals.c: two persons. */
bool step_event_by(struct story *story, char *rest);
bool step_read_held(struct story *story, char *rest);
bool step_release(struct story *story, char *rest);
bool step_refuse_release(struct story *story, char *rest);
bool expect_held(struct story *story, char *rest);

/* amend.c: a person takes back or sets right what was said. */
bool step_correct(struct story *story, char *rest);
bool step_correct_because(struct story *story, char *rest);
bool step_no_correct(struct story *story, char *rest);
bool step_retract(struct story *story, char *rest);
bool step_no_retract(struct story *story, char *rest);

/* A step with its words; false when it was not met, after saying why on stderr. */
bool step_run(struct story *story, char *text);

#endif
